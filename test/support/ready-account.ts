import { EXECUTION_POLICIES, executionPolicy } from '../../bin/preflight/execution-policies';
import { regionsOf } from '../../bin/preflight/preflight';
import type { StageConfig } from '../../lib/config/schema';
import { LARGE_BODY_LABEL } from '../../lib/edge/web-acl-rules';
import { type Answers, json, type WireAnswer, xml } from './fake-account';

const members = (items: readonly string[], tag = 'member'): string =>
  items.map((item) => `<${tag}>${item}</${tag}>`).join('');

export const attachedPolicies = (arns: readonly string[]): WireAnswer =>
  xml(
    `<ListAttachedRolePoliciesResult><AttachedPolicies>${members(arns.map((arn) => `<PolicyArn>${arn}</PolicyArn>`))}</AttachedPolicies></ListAttachedRolePoliciesResult>`,
  );
export const roleTrusting = (...principals: string[]): WireAnswer => {
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: principals }, Action: 'sts:AssumeRole' }],
  };
  return xml(
    `<GetRoleResult><Role><AssumeRolePolicyDocument>${encodeURIComponent(JSON.stringify(trust))}</AssumeRolePolicyDocument></Role></GetRoleResult>`,
  );
};
export const policyVersion = (document: unknown): WireAnswer =>
  xml(
    `<GetPolicyVersionResult><PolicyVersion><Document>${encodeURIComponent(JSON.stringify(document))}</Document></PolicyVersion></GetPolicyVersionResult>`,
  );
export const endpointServices = (zones: (service: string) => readonly string[]): Answers => ({
  'ec2:DescribeVpcEndpointServices': (input) => {
    const names = Object.entries(input).flatMap(([key, value]) =>
      key.startsWith('Filter.1.Value.') ? [value] : [],
    );
    const items = names.map(
      (name) =>
        `<serviceName>${name}</serviceName><availabilityZoneSet>${members(zones(name), 'item')}</availabilityZoneSet>`,
    );
    return xml(`<serviceDetailSet>${members(items, 'item')}</serviceDetailSet>`);
  },
});
export const subscriptions = (pending: readonly string[]): WireAnswer =>
  xml(
    `<ListSubscriptionsByTopicResult><Subscriptions>${members([
      ...pending.map(
        (address) => `<SubscriptionArn>PendingConfirmation</SubscriptionArn><Endpoint>${address}</Endpoint>`,
      ),
      '<SubscriptionArn>arn:aws:sns:::topic:1</SubscriptionArn><Endpoint>confirmed@example.com</Endpoint>',
    ])}</Subscriptions></ListSubscriptionsByTopicResult>`,
  );
/** @param unprotected - names of stacks without termination protection, beside one that has it */
export const stacks = (unprotected: readonly string[]): WireAnswer =>
  xml(
    `<DescribeStacksResult><Stacks>${members([
      ...unprotected.map(
        (name) => `<StackName>${name}</StackName><StackStatus>CREATE_COMPLETE</StackStatus>`,
      ),
      '<StackName>serverlessapp-prod-keys</StackName><EnableTerminationProtection>true</EnableTerminationProtection>',
    ])}</Stacks></DescribeStacksResult>`,
  );
export const quota = (value: number): WireAnswer => json({ Quota: { Value: value } });

/** An account in which a stage lacks nothing: where it wants singletons of its own, there are none yet. */
export function readyAccount(config: StageConfig): Answers {
  const [primary] = regionsOf(config);
  const { account, deliveryAccount, features } = config;
  const policyArns = EXECUTION_POLICIES.map(
    (name) => `arn:aws:iam::${account}:policy/${primary.names.of(name)}`,
  );
  return {
    'sts:GetCallerIdentity': xml(
      `<GetCallerIdentityResult><Account>${account}</Account></GetCallerIdentityResult>`,
    ),
    'account:/getRegionOptStatus': json({ RegionOptStatus: 'ENABLED_BY_DEFAULT' }),
    'account:/getAlternateContact': json({ AlternateContact: {} }),
    'iam:GetPolicy': xml(
      '<GetPolicyResult><Policy><DefaultVersionId>v1</DefaultVersionId></Policy></GetPolicyResult>',
    ),
    'iam:GetPolicyVersion': ({ PolicyArn = '' }) => {
      const name = EXECUTION_POLICIES.find((policy) => PolicyArn.endsWith(policy));
      return policyVersion(name && executionPolicy(name, primary));
    },
    'iam:ListAttachedRolePolicies': attachedPolicies(policyArns),
    'iam:GetRole': roleTrusting(`arn:aws:iam::${account}:root`, `arn:aws:iam::${deliveryAccount}:root`),
    'ssm:GetParameter': json({ Parameter: { Value: '30' } }),
    'servicequotas:GetServiceQuota': quota(10_000),
    'ec2:DescribeVpcs': xml('<vpcSet/>'),
    'config:DescribeConfigRules': json({ ConfigRules: [] }),
    'config:DescribeConfigurationRecorders': json({
      ConfigurationRecorders: features.configRecorder
        ? []
        : [{ name: 'organisation', recordingGroup: { allSupported: true } }],
    }),
    'config:DescribeConfigurationRecorderStatus': json({
      ConfigurationRecordersStatus: [{ name: 'organisation', recording: true }],
    }),
    'config:DescribeDeliveryChannels': json({ DeliveryChannels: [{ name: 'organisation' }] }),
    'cloudformation:DescribeStacks': stacks([]),
    // The audit stack makes one in the primary region only; where the other's comes from is not this application's.
    'guardduty:/detector': (_input, region) =>
      json({ detectorIds: features.guardDuty && region === config.region ? [] : ['detector'] }),
    'guardduty:/detector/detector': json({ serviceRole: 'role', status: 'ENABLED', tags: {} }),
    'securityhub:/accounts': json({ HubArn: `arn:aws:securityhub:us-east-1:${account}:hub/default` }),
    [`securityhub:/tags/${encodeURIComponent(`arn:aws:securityhub:us-east-1:${account}:hub/default`)}`]: json(
      {
        Tags: {},
      },
    ),
    // An account's list has no organisation's analyzer in it.
    'access-analyzer:/analyzer': ({ type }) =>
      json({ analyzers: type === 'ACCOUNT' || features.accessAnalyzer ? [] : [{ name: 'another' }] }),
    'apigateway:/account': json(
      features.apiGatewayAccountRole
        ? {}
        : { cloudwatchRoleArn: `arn:aws:iam::${account}:role/organisation` },
    ),
    'backup:/account-settings': json({
      ResourceTypeOptInPreference: { DynamoDB: true, S3: true },
      ResourceTypeManagementPreference: { DynamoDB: true },
    }),
    ...endpointServices(() => ['a', 'b', 'c'].flatMap((zone) => [`us-east-1${zone}`, `us-west-2${zone}`])),
    'wafv2:CheckCapacity': json({ Capacity: 1013 }),
    'wafv2:DescribeManagedRuleGroup': json({
      Rules: [{ Name: 'SizeRestrictions_BODY' }, { Name: 'HostingProviderIPList' }],
      AvailableLabels: [{ Name: LARGE_BODY_LABEL }],
    }),
    'sns:ListSubscriptionsByTopic': subscriptions([]),
    'inspector2:/status/batch/get': json({
      accounts: [{ accountId: account, resourceState: { lambda: { status: 'ENABLED' } } }],
    }),
  };
}
