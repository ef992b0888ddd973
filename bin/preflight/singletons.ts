import { AccessAnalyzerClient, ListAnalyzersCommand } from '@aws-sdk/client-accessanalyzer';
import { APIGatewayClient, GetAccountCommand } from '@aws-sdk/client-api-gateway';
import { ConfigServiceClient, DescribeConfigurationRecordersCommand } from '@aws-sdk/client-config-service';
import { GuardDutyClient, ListDetectorsCommand } from '@aws-sdk/client-guardduty';
import { DescribeHubCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import type { StageConfig } from '../../lib/config/schema';
import { actionNeeded, type Check, ready } from './check';

interface Singleton {
  readonly flag: keyof StageConfig['features'];
  readonly what: string;
  readonly permission: string;
  /** Whether the account has one already. */
  readonly exists: (region: string) => Promise<boolean>;
}

const isError = (error: unknown, ...names: string[]): boolean =>
  error instanceof Error && names.includes(error.name);

/**
 * Resources of which an account and region has one only. A flag that is on where one exists fails the deployment; a flag
 * that is off where none exists leaves the control out.
 */
const SINGLETONS: readonly Singleton[] = [
  {
    flag: 'configRecorder',
    what: 'an AWS Config recorder',
    permission: 'config:DescribeConfigurationRecorders',
    exists: async (region) =>
      (
        (await new ConfigServiceClient({ region }).send(new DescribeConfigurationRecordersCommand({})))
          .ConfigurationRecorders ?? []
      ).length > 0,
  },
  {
    flag: 'guardDuty',
    what: 'a GuardDuty detector',
    permission: 'guardduty:ListDetectors',
    exists: async (region) =>
      ((await new GuardDutyClient({ region }).send(new ListDetectorsCommand({}))).DetectorIds ?? []).length >
      0,
  },
  {
    flag: 'securityHub',
    what: 'Security Hub',
    permission: 'securityhub:DescribeHub',
    exists: async (region) => {
      try {
        return (
          (await new SecurityHubClient({ region }).send(new DescribeHubCommand({}))).HubArn !== undefined
        );
      } catch (error) {
        // Security Hub answers so where it is not enabled.
        if (isError(error, 'InvalidAccessException', 'ResourceNotFoundException')) return false;
        throw error;
      }
    },
  },
  {
    flag: 'accessAnalyzer',
    what: 'an Access Analyzer',
    permission: 'access-analyzer:ListAnalyzers',
    exists: async (region) =>
      (
        (await new AccessAnalyzerClient({ region }).send(new ListAnalyzersCommand({ type: 'ACCOUNT' })))
          .analyzers ?? []
      ).length > 0,
  },
  {
    flag: 'apiGatewayAccountRole',
    what: "API Gateway's log role",
    permission: 'apigateway:GET on /account',
    exists: async (region) =>
      Boolean((await new APIGatewayClient({ region }).send(new GetAccountCommand({}))).cloudwatchRoleArn),
  },
];

/** One check per singleton, so that a refusal on one does not hide the others. */
export const singletonChecks: readonly Check[] = SINGLETONS.map(({ flag, what, permission, exists }) => ({
  id: `singleton-${flag}`,
  title: `Singleton: ${what}`,
  permission,
  async run({ config }) {
    const present = await exists(config.region);
    const wanted = config.features[flag];
    const found = `${present ? 'there already' : 'not there'}; features.${flag} is ${String(wanted)}`;
    if (present && wanted) {
      return [
        actionNeeded(
          found,
          `Set features.${flag}: false in lib/config/${config.stage}.ts, unless this application made it.`,
        ),
      ];
    }
    if (!present && !wanted) {
      return [
        actionNeeded(
          found,
          `Have the organisation enable ${what}, or set features.${flag}: true in lib/config/${config.stage}.ts.`,
        ),
      ];
    }
    return [ready(found)];
  },
}));
