import { AccessAnalyzerClient, ListAnalyzersCommand, type Type } from '@aws-sdk/client-accessanalyzer';
import { APIGatewayClient, GetAccountCommand } from '@aws-sdk/client-api-gateway';
import { ConfigServiceClient, DescribeConfigurationRecordersCommand } from '@aws-sdk/client-config-service';
import { GetDetectorCommand, GuardDutyClient, ListDetectorsCommand } from '@aws-sdk/client-guardduty';
import {
  DescribeHubCommand,
  ListTagsForResourceCommand,
  SecurityHubClient,
} from '@aws-sdk/client-securityhub';
import type { StageConfig } from '../../lib/config/schema';
import { tagsOf } from '../../lib/stages/regional-application';
import { isError } from '../../tools/aws/why-not-answered';
import {
  actionNeeded,
  type Check,
  type CheckContext,
  clientSettings,
  notChecked,
  type Outcome,
  ready,
} from './check';

/** Who made the one that there is, if there is one. */
type Owner = 'nobody' | 'this application' | 'somebody else';

interface Singleton {
  readonly flag: keyof StageConfig['features'];
  readonly what: string;
  readonly permissions: readonly string[];
  readonly owner: (context: CheckContext) => Promise<Owner>;
}

/** The owner of the first of what was found. @param ours - tells this application's */
const ownerOf = <T>(found: T | undefined, ours: (one: T) => boolean): Owner => {
  if (found === undefined) return 'nobody';
  return ours(found) ? 'this application' : 'somebody else';
};

const taggedOurs = (tags: Record<string, string> | undefined, { config }: CheckContext): boolean =>
  tags?.['Application'] === tagsOf(config)['Application'];

const CONFIG_RECORDER: Singleton = {
  flag: 'configRecorder',
  what: 'an AWS Config recorder',
  permissions: ['config:DescribeConfigurationRecorders'],
  async owner(context) {
    const { ConfigurationRecorders = [] } = await new ConfigServiceClient(clientSettings(context)).send(
      new DescribeConfigurationRecordersCommand({}),
    );
    return ownerOf(ConfigurationRecorders[0], ({ name }) => name === context.names.of('recorder'));
  },
};

const GUARD_DUTY: Singleton = {
  flag: 'guardDuty',
  what: 'a GuardDuty detector',
  permissions: ['guardduty:ListDetectors', 'guardduty:GetDetector'],
  async owner(context) {
    const client = new GuardDutyClient(clientSettings(context));
    const { DetectorIds: [DetectorId] = [] } = await client.send(new ListDetectorsCommand({}));
    if (DetectorId === undefined) return 'nobody';
    const { Tags } = await client.send(new GetDetectorCommand({ DetectorId }));
    return taggedOurs(Tags, context) ? 'this application' : 'somebody else';
  },
};

const SECURITY_HUB: Singleton = {
  flag: 'securityHub',
  what: 'Security Hub',
  permissions: ['securityhub:DescribeHub', 'securityhub:ListTagsForResource'],
  async owner(context) {
    const client = new SecurityHubClient(clientSettings(context));
    try {
      const { HubArn } = await client.send(new DescribeHubCommand({}));
      const { Tags } = await client.send(new ListTagsForResourceCommand({ ResourceArn: HubArn }));
      return taggedOurs(Tags, context) ? 'this application' : 'somebody else';
    } catch (error) {
      // Security Hub answers so where it is not enabled.
      if (isError(error, 'InvalidAccess', 'ResourceNotFound')) return 'nobody';
      throw error;
    }
  },
};

/** The account's own analyzer of a type; an organisation's lies in the account of its administrator. */
async function analyzerOf(context: CheckContext, type: Type): Promise<string | undefined> {
  const { analyzers = [] } = await new AccessAnalyzerClient(clientSettings(context)).send(
    new ListAnalyzersCommand({ type }),
  );
  return analyzers[0]?.name;
}

const UNUSED_ACCESS: Singleton = {
  flag: 'accessAnalyzer',
  what: 'an analyzer of unused access',
  permissions: ['access-analyzer:ListAnalyzers'],
  owner: async (context) =>
    ownerOf(
      await analyzerOf(context, 'ACCOUNT_UNUSED_ACCESS'),
      (name) => name === context.names.of('unused-access'),
    ),
};

/** The one of external access has no flag: the audit stack always makes it (lib/constructs/audit/account-detectors.ts). */
const externalAccessCheck: Check = {
  title: 'Analyzer of external access',
  permissions: ['access-analyzer:ListAnalyzers'],
  async run(context) {
    const found = await analyzerOf(context, 'ACCOUNT');
    if (found === undefined || found === context.names.of('external-access'))
      return [
        ready(found === undefined ? 'none yet; the audit stack makes it' : `${found} is this application's`),
      ];
    return [
      actionNeeded(
        `${found} was made by somebody else; an account has only one, and deployment fails`,
        `a security administrator: aws accessanalyzer delete-analyzer --analyzer-name ${found} --region ${context.names.region}`,
      ),
    ];
  },
};

const GATEWAY_LOG_ROLE: Singleton = {
  flag: 'apiGatewayAccountRole',
  what: "API Gateway's log role",
  permissions: ['apigateway:GET'],
  async owner(context) {
    const { cloudwatchRoleArn } = await new APIGatewayClient(clientSettings(context)).send(
      new GetAccountCommand({}),
    );
    return ownerOf(cloudwatchRoleArn, (arn) => arn === context.names.roleArn('api-gateway-logs'));
  },
};

function evaluate({ flag, what }: Singleton, owner: Owner, { config }: CheckContext): Outcome {
  const wanted = config.features[flag];
  const file = `lib/config/${config.stage}.ts`;
  const found = `${owner === 'nobody' ? 'not there' : `made by ${owner}`}; features.${flag} is ${String(wanted)}`;
  if (owner === 'somebody else' && wanted)
    return actionNeeded(
      found,
      `Set features.${flag}: false in ${file}: an account has only one, and deployment fails.`,
    );
  if (owner === 'this application' && !wanted)
    return actionNeeded(
      found,
      `The next deployment takes it away; to keep it set features.${flag}: true in ${file}.`,
    );
  if (owner !== 'nobody' || wanted) return ready(found);
  // An organisation's analyzer lies in the account of its administrator.
  if (flag === 'accessAnalyzer')
    return notChecked(
      `${found}; an organisation's analyzer is not seen from here`,
      `Ask the organisation whether its analyzer covers this account, or set features.${flag}: true in ${file}.`,
    );
  return actionNeeded(
    found,
    `Have the organisation enable ${what}, or set features.${flag}: true in ${file}.`,
  );
}

/** One check per singleton, so that a refusal on one does not hide the others. */
const checkOf = (singleton: Singleton): Check => ({
  title: `Singleton: ${singleton.what}`,
  permissions: singleton.permissions,
  run: async (context) => [evaluate(singleton, await singleton.owner(context), context)],
});

/** What the audit stack of the primary region makes. */
export const primarySingletonChecks = [
  ...[CONFIG_RECORDER, GUARD_DUTY, SECURITY_HUB, UNUSED_ACCESS].map(checkOf),
  externalAccessCheck,
];
/** What every region's application makes. */
export const gatewayLogRoleCheck = checkOf(GATEWAY_LOG_ROLE);
