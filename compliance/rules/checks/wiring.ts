import { dig, listOf } from '../proofs/model/dig';
import type { Resource } from '../proofs/model/resource';
import { metricsOfAlarm } from './alarm-metrics';
import { type Check, type CheckContext, unless } from './check';

/** The resource of the same stack that a raw value names by `Ref` or `Fn::GetAtt`. */
function named(value: unknown, { stackName }: Resource, { set }: CheckContext): Resource | undefined {
  const id: unknown = dig(value, 'Ref') ?? listOf(dig(value, 'Fn::GetAtt'))[0];
  return typeof id === 'string' ? set.at(`${stackName}/${id}`) : undefined;
}

/** Problem unless a property of the resource names another one of these types. */
const names =
  (property: string, types: readonly string[], problem: string) => (r: Resource, context: CheckContext) =>
    unless(types.includes(named(r.raw.Properties?.[property], r, context)?.type ?? ''), problem);

const RELEASES = ['NIST-800-53-R5:cm-3', 'SOC2:cc_8_1'];
const WATCHING = ['NIST-800-53-R5:si-4', 'SOC2:cc_7_2'];

/** What API Gateway knows of the fault behind its answer; none of it is the client's business. */
const INTERNAL = /\$context\.(error\.(?!responseType)|integration|authorizer|stage|apiId)/;

/** Whether a metric filter's metric is that of an alarm. */
const isWatched = (filter: Resource, { set }: CheckContext): boolean =>
  filter
    .list('MetricTransformations')
    .every((transformation) =>
      set
        .resources('AWS::CloudWatch::Alarm')
        .some((alarm) =>
          metricsOfAlarm(alarm).includes(
            `${String(dig(transformation, 'MetricNamespace'))} ${String(dig(transformation, 'MetricName'))}`,
          ),
        ),
    );

/** How resources that only tie others together are tied: names, pins and selections that a fault could point elsewhere. */
export const WIRING_CHECKS: readonly Check[] = [
  {
    id: 'alias-of-own-key',
    title: 'An alias with our name stands for a customer-managed key of the same stack.',
    controls: ['NIST-800-53-R5:sc-12'],
    types: ['AWS::KMS::Alias'],
    evaluate: (r, context) => [
      ...unless(r.text('AliasName').startsWith('alias/serverlessapp-'), 'its name is not one of ours'),
      ...names(
        'TargetKeyId',
        ['AWS::KMS::Key', 'AWS::KMS::ReplicaKey'],
        'it stands for a key from elsewhere',
      )(r, context),
    ],
  },
  {
    id: 'version-of-own-code',
    title:
      'A published version is one of a function or state machine of the same stack, and outlives no release.',
    controls: RELEASES,
    types: ['AWS::Lambda::Version', 'AWS::StepFunctions::StateMachineVersion'],
    evaluate: (r, context) =>
      r.type === 'AWS::Lambda::Version'
        ? names('FunctionName', ['AWS::Lambda::Function'], 'it is of a function from elsewhere')(r, context)
        : names(
            'StateMachineArn',
            ['AWS::StepFunctions::StateMachine'],
            'it is of a state machine from elsewhere',
          )(r, context),
  },
  {
    id: 'alias-pins-version',
    title: 'What is called by alias runs a published version, never whatever was deployed last.',
    controls: RELEASES,
    types: ['AWS::Lambda::Alias', 'AWS::StepFunctions::StateMachineAlias'],
    evaluate: (r, context) => {
      const versions = [
        r.raw.Properties?.['FunctionVersion'],
        dig(r.raw.Properties?.['DeploymentPreference'], 'StateMachineVersionArn'),
        ...listOf(r.raw.Properties?.['RoutingConfiguration']).map((route) =>
          dig(route, 'StateMachineVersionArn'),
        ),
      ].filter((version) => version !== undefined);
      return unless(
        versions.length > 0 &&
          versions.every((version) => named(version, r, context)?.type.endsWith('Version') === true),
        'it does not run a version of the same stack',
      );
    },
  },
  {
    id: 'gateway-response-discloses-nothing',
    title:
      "The API gateway's own answers are problem documents that cannot be cached and tell nothing of what is behind it.",
    controls: ['NIST-800-53-R5:si-11', 'PCI-4.0:6.2.4'],
    types: ['AWS::ApiGateway::GatewayResponse'],
    evaluate: (r) => {
      const header = (name: string) =>
        dig(r.property('ResponseParameters'), `gatewayresponse.header.${name}`);
      const body = JSON.stringify(dig(r.property('ResponseTemplates'), 'application/json') ?? '');
      return [
        ...unless(header('Content-Type') === "'application/problem+json'", 'it is no problem document'),
        ...unless(header('Cache-Control') === "'no-store'", 'it can be cached'),
        ...unless(body !== '""' && !INTERNAL.test(body), 'it tells what is behind the gateway'),
      ];
    },
  },
  {
    id: 'model-bounds-requests',
    title: 'A request model bounds what it lets in.',
    controls: ['NIST-800-53-R5:si-10'],
    types: ['AWS::ApiGateway::Model'],
    evaluate: (r) =>
      unless(
        // A text that is one of a list is as long as its longest.
        /"(?:maxLength":\d|enum":\[")/.test(JSON.stringify(r.property('Schema'))),
        'no text in it has a longest length',
      ),
  },
  {
    id: 'api-parts-belong-to-api',
    title: 'Paths, deployments and keys of the API belong to the API, plan and key of the same stack.',
    controls: ['NIST-800-53-R5:cm-6'],
    types: ['AWS::ApiGateway::Resource', 'AWS::ApiGateway::Deployment', 'AWS::ApiGateway::UsagePlanKey'],
    evaluate: (r, context) =>
      r.type === 'AWS::ApiGateway::UsagePlanKey'
        ? [
            ...names('UsagePlanId', ['AWS::ApiGateway::UsagePlan'], 'its plan is from elsewhere')(r, context),
            ...names('KeyId', ['AWS::ApiGateway::ApiKey'], 'its key is from elsewhere')(r, context),
          ]
        : names('RestApiId', ['AWS::ApiGateway::RestApi'], 'its API is from elsewhere')(r, context),
  },
  {
    id: 'web-acl-on-stage',
    title: 'The web ACL is put before a stage of the API of the same stack.',
    controls: ['NIST-800-53-R5:sc-7', 'PCI-4.0:6.4.2'],
    types: ['AWS::WAFv2::WebACLAssociation'],
    evaluate: (r, { set }) => {
      const arn = JSON.stringify(r.raw.Properties?.['ResourceArn']);
      const stages = set
        .resources('AWS::ApiGateway::Stage')
        .filter(({ stackName }) => stackName === r.stackName);
      return unless(
        stages.some(({ logicalId }) => arn.includes(`"${logicalId}"`)),
        'it protects nothing of this stack',
      );
    },
  },
  {
    id: 'filter-has-alarm',
    title: 'What is filtered out of a log has an alarm.',
    controls: WATCHING,
    types: ['AWS::Logs::MetricFilter'],
    evaluate: (r, context) => unless(isWatched(r, context), 'no alarm watches its metric'),
  },
  {
    id: 'config-rule-without-code',
    title: 'An AWS Config rule is evaluated by AWS or by a policy in the template, never by a function.',
    controls: ['NIST-800-53-R5:ca-7', ...WATCHING],
    types: ['AWS::Config::ConfigRule'],
    evaluate: (r) => [
      ...unless(
        ['AWS', 'CUSTOM_POLICY'].includes(String(dig(r.property('Source'), 'Owner'))),
        'a function evaluates it',
      ),
      ...unless((r.optionalText('Description') ?? '') !== '', 'it does not say what it asks for'),
    ],
  },
  {
    id: 'remediation-by-own-role',
    title: 'A remediation acts by a role of ours, on what the rule found, a bounded number of times.',
    controls: ['NIST-800-53-R5:cm-6', 'NIST-800-53-R5:ir-4'],
    types: ['AWS::Config::RemediationConfiguration'],
    evaluate: (r, context) => [
      ...names('ConfigRuleName', ['AWS::Config::ConfigRule'], 'its rule is from elsewhere')(r, context),
      ...unless(Number(r.property('MaximumAutomaticAttempts')) <= 5, 'it tries without end'),
      ...unless(
        listOf(dig(r.raw.Properties?.['Parameters'], 'AutomationAssumeRole', 'StaticValue', 'Values')).some(
          (role) => named(role, r, context)?.type === 'AWS::IAM::Role',
        ),
        'it does not act by a role of the same stack',
      ),
    ],
  },
  {
    id: 'hook-evaluates-stacks',
    title: "The guard hook evaluates every stack that CloudFormation's own role deploys.",
    controls: ['NIST-800-53-R5:cm-3', 'NIST-800-53-R5:cm-5'],
    types: ['AWS::CloudFormation::GuardHook'],
    evaluate: (r) => [
      ...unless(r.text('HookStatus') === 'ENABLED', 'it is off'),
      ...unless(listOf(r.property('TargetOperations')).includes('STACK'), 'it does not see whole templates'),
      ...unless(
        /:role\/cdk-[a-z0-9]+-cfn-exec-role-/.test(JSON.stringify(r.property('StackFilters') ?? '')),
        'it does not name the role that deploys',
      ),
    ],
  },
  {
    id: 'backup-selects-stores',
    title: 'The backup selection names its stores one by one.',
    controls: ['NIST-800-53-R5:cp-9', 'SOC2:a_1_2'],
    types: ['AWS::Backup::BackupSelection'],
    evaluate: (r) => {
      const selected = listOf(dig(r.property('BackupSelection'), 'Resources')).map(String);
      return unless(
        selected.length > 0 && !selected.some((arn) => /[*?]/.test(arn)),
        'it selects by a pattern, or nothing',
      );
    },
  },
];
