import { ConfigServiceClient, paginateDescribeConfigRules } from '@aws-sdk/client-config-service';
import { EC2Client, paginateDescribeVpcs } from '@aws-sdk/client-ec2';
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  type ServiceQuota,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { ACCOUNT_RULES, APPLICATION_RULES, CUSTOM_RULES } from '../../lib/audit/config-rules';
import type { StageConfig } from '../../lib/config/schema';
import { INTERFACE_ENDPOINT_SERVICES } from '../../lib/network/services';
import { reservedConcurrency } from '../../lib/constructs/functions/function-limits';
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

interface QuotaNeed {
  readonly service: string;
  /** The quota's code in Service Quotas, the same in every region. */
  readonly code: string;
  readonly what: string;
  readonly needed: (config: StageConfig) => number;
  /** What others in the account use of it already. */
  readonly used?: { readonly permission: string; readonly count: (context: CheckContext) => Promise<number> };
}

/** Lambda lets nobody reserve the last of it. https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
const UNRESERVED = 100;

/** VPCs that are not this application's. */
async function otherNetworks(context: CheckContext): Promise<number> {
  const { Application } = tagsOf(context.config);
  let count = 0;
  for await (const { Vpcs = [] } of paginateDescribeVpcs(
    { client: new EC2Client(clientSettings(context)) },
    {},
  ))
    count += Vpcs.filter(
      ({ Tags = [] }) => !Tags.some(({ Key, Value }) => Key === 'Application' && Value === Application),
    ).length;
  return count;
}

/** Rules of AWS Config that are not named after this stage; a later run counts those of its conformance pack as others'. */
async function otherConfigRules(context: CheckContext): Promise<number> {
  let count = 0;
  for await (const { ConfigRules = [] } of paginateDescribeConfigRules(
    { client: new ConfigServiceClient(clientSettings(context)) },
    {},
  ))
    count += ConfigRules.filter(
      ({ ConfigRuleName = '' }) => !ConfigRuleName.startsWith(context.names.prefix),
    ).length;
  return count;
}

const EVERYWHERE: readonly QuotaNeed[] = [
  {
    service: 'lambda',
    code: 'L-B99A9384',
    what: 'concurrent executions that the functions reserve, and that Lambda keeps unreserved',
    needed: (config) =>
      Object.values(reservedConcurrency(config)).reduce((sum, reserved) => sum + reserved, UNRESERVED),
  },
  {
    service: 'rekognition',
    code: 'L-E29B542B',
    what: 'DetectLabels a second (rekognitionTransactionsPerSecond of the configuration)',
    needed: (config) => config.rekognitionTransactionsPerSecond,
  },
  {
    service: 'vpc',
    code: 'L-29B6F2EB',
    what: 'interface endpoints in the VPC, one a called service',
    needed: () => INTERFACE_ENDPOINT_SERVICES.length,
  },
  {
    service: 'vpc',
    code: 'L-F678F1CE',
    what: 'VPCs, ours beside those that are there',
    needed: () => 1,
    used: { permission: 'ec2:DescribeVpcs', count: otherNetworks },
  },
];

/** The second region's application brings no rules. */
const PRIMARY_REGION: readonly QuotaNeed[] = [
  {
    service: 'config',
    code: 'L-0BE82991',
    what: 'AWS Config rules, ours beside those that are there',
    needed: () => APPLICATION_RULES.length + ACCOUNT_RULES.length + CUSTOM_RULES.length,
    used: { permission: 'config:DescribeConfigRules', count: otherConfigRules },
  },
];

/** What applies to the account, or AWS's default where nobody ever asked for more. */
async function quotaOf(client: ServiceQuotasClient, need: QuotaNeed): Promise<ServiceQuota | undefined> {
  const input = { ServiceCode: need.service, QuotaCode: need.code };
  try {
    return (await client.send(new GetServiceQuotaCommand(input))).Quota;
  } catch (error) {
    if (!isError(error, 'NoSuchResource')) throw error;
    return (await client.send(new GetAWSDefaultServiceQuotaCommand(input))).Quota;
  }
}

async function evaluate(context: CheckContext, need: QuotaNeed): Promise<Outcome> {
  const { names, config } = context;
  const quota = await quotaOf(new ServiceQuotasClient(clientSettings(context)), need);
  const wanted = need.needed(config) + ((await need.used?.count(context)) ?? 0);
  if (quota?.Value === undefined)
    return notChecked(
      `${need.code} has no value`,
      `Look it up in Service Quotas; needed: ${wanted} (${need.what}).`,
    );
  const found = `${quota.Value}, needed ${wanted} ${need.what}`;
  return quota.Value >= wanted
    ? ready(found)
    : actionNeeded(
        found,
        `aws service-quotas request-service-quota-increase --service-code ${need.service} --quota-code ${need.code} --desired-value ${wanted} --region ${names.region}`,
      );
}

/** One check per quota, so that a refusal on one does not hide the others. */
const checkOf = (need: QuotaNeed): Check => ({
  title: `Quota of ${need.service}`,
  permissions: [
    'servicequotas:GetServiceQuota',
    'servicequotas:GetAWSDefaultServiceQuota',
    ...(need.used === undefined ? [] : [need.used.permission]),
  ],
  run: async (context) => [await evaluate(context, need)],
});

export const quotaChecks = EVERYWHERE.map(checkOf);
export const primaryQuotaChecks = PRIMARY_REGION.map(checkOf);
