import { dig, listOf } from '../proofs/model/dig';
import type { Resource } from '../proofs/model/resource';
import { type Check, type SetCheck, unless } from './check';

const EDGE = ['NIST-800-53-R5:sc-7', 'NIST-800-53-R5:si-10', 'PCI-4.0:6.4.2', 'SOC2:cc_6_6'];
const BLOCKS = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];

/** Rules of the web ACL that must stand, each acting. */
const WEB_ACL_RULES = [
  'AWSManagedRulesAmazonIpReputationList',
  'AWSManagedRulesAnonymousIpList',
  'AWSManagedRulesCommonRuleSet',
  'AWSManagedRulesKnownBadInputsRuleSet',
  'LargeBodyOutsideUpload',
  'RatePerAddress',
  'RatePerApiKey',
];
/**
 * The one is counted, then blocked again everywhere but on /upload: the rule cannot tell a picture from an attack. The
 * other would keep out the servers of partners, which the API is for (EXC-002).
 * https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-ip-rep.html
 */
const COUNTED = new Set(['SizeRestrictions_BODY', 'HostingProviderIPList']);

function webAclProblems(acl: Resource): string[] {
  const rules = acl.list('Rules');
  const names = rules.map((rule) => String(dig(rule, 'Name')));
  const overrides = rules.flatMap((rule) =>
    listOf(dig(rule, 'Statement', 'ManagedRuleGroupStatement', 'RuleActionOverrides'))
      .filter((override) => dig(override, 'ActionToUse', 'Count') !== undefined)
      .map((override) => String(dig(override, 'Name'))),
  );
  return [
    ...WEB_ACL_RULES.filter((name) => !names.includes(name)).map((name) => `the rule ${name} is missing`),
    ...rules
      .filter(
        (rule) =>
          dig(rule, 'OverrideAction', 'Count') !== undefined || dig(rule, 'Action', 'Count') !== undefined,
      )
      .map((rule) => `the rule ${String(dig(rule, 'Name'))} only counts`),
    ...overrides.filter((name) => !COUNTED.has(name)).map((name) => `${name} only counts`),
    ...rules
      .filter((rule) => dig(rule, 'VisibilityConfig', 'CloudWatchMetricsEnabled') !== true)
      .map((rule) => `the rule ${String(dig(rule, 'Name'))} is not measured`),
  ];
}

const OF_REVIEWERS: ReadonlySet<unknown> = new Set(['ListReviews', 'GetReview', 'DecideReview']);

function methodProblems(method: Resource): string[] | undefined {
  const verb = method.text('HttpMethod');
  if (verb === 'OPTIONS') return undefined;
  const keyed = method.property('ApiKeyRequired') === true;
  const signed = method.text('AuthorizationType') === 'AWS_IAM';
  const isUpload = verb === 'POST' || verb === 'PUT';
  const models = (method.property('RequestModels') ?? {}) as Record<string, unknown>;
  return [
    ...unless(keyed || signed, 'anybody may call it'),
    ...unless(
      method.property('OperationName') !== 'EraseAnyImage' || signed,
      "erasing anybody's picture needs IAM authorization",
    ),
    ...unless(
      !OF_REVIEWERS.has(method.property('OperationName')) || (signed && !keyed),
      'a review is for a person, by IAM authorization, and for no API key',
    ),
    ...unless(method.has('RequestValidatorId'), 'its requests are not validated'),
    ...(isUpload
      ? ['application/json', '$default'].flatMap((type) =>
          unless(type in models, `a body of type ${type} has no schema`),
        )
      : []),
  ];
}

/** What faces the world. */
export const EXPOSURE_CHECKS: readonly Check[] = [
  {
    id: 'bucket-closed',
    title: 'Buckets block public access four times over, know no ACLs and keep versions.',
    controls: ['NIST-800-53-R5:ac-3', 'NIST-800-53-R5:cp-9', 'PCI-4.0:1.4.4', 'SOC2:cc_6_1'],
    types: ['AWS::S3::Bucket'],
    evaluate: (r) => [
      ...BLOCKS.flatMap((name) =>
        unless(dig(r.property('PublicAccessBlockConfiguration'), name) === true, `${name} is off`),
      ),
      ...unless(
        dig(r.property('OwnershipControls'), 'Rules', 0, 'ObjectOwnership') === 'BucketOwnerEnforced',
        'ACLs are in force',
      ),
      ...unless(dig(r.property('VersioningConfiguration'), 'Status') === 'Enabled', 'versions are not kept'),
      ...unless(!r.has('WebsiteConfiguration'), 'it is a web site'),
    ],
  },
  {
    id: 'bucket-origins',
    title: 'No bucket answers to every origin.',
    controls: EDGE,
    types: ['AWS::S3::Bucket'],
    evaluate: (r) =>
      unless(
        !listOf(dig(r.property('CorsConfiguration'), 'CorsRules')).some((rule) =>
          listOf(dig(rule, 'AllowedOrigins')).includes('*'),
        ),
        'every origin may use it',
      ),
  },
  {
    id: 'method-guarded',
    title: 'Every method asks for a key or a signature and validates its request.',
    controls: [...EDGE, 'NIST-800-53-R5:ac-3'],
    types: ['AWS::ApiGateway::Method'],
    evaluate: methodProblems,
  },
  {
    id: 'validator-on',
    title: 'Request validators validate.',
    controls: EDGE,
    types: ['AWS::ApiGateway::RequestValidator'],
    evaluate: (r) =>
      unless(r.property('ValidateRequestParameters') === true, 'it does not validate parameters'),
  },
  {
    id: 'usage-plan-limits',
    title: 'Usage plans have a rate and a quota.',
    controls: ['NIST-800-53-R5:sc-5', 'SOC2:a_1_1'],
    types: ['AWS::ApiGateway::UsagePlan'],
    evaluate: (r) => [
      ...unless(Number(dig(r.property('Throttle'), 'RateLimit')) > 0, 'it has no rate'),
      ...unless(Number(dig(r.property('Quota'), 'Limit')) > 0, 'it has no quota'),
    ],
  },
  {
    id: 'web-acl-rules',
    title: 'The web ACL has all its rules, and they act.',
    controls: EDGE,
    types: ['AWS::WAFv2::WebACL'],
    evaluate: webAclProblems,
  },
  {
    id: 'web-acl-log',
    title: 'The web ACL’s log redacts keys and signatures.',
    controls: ['NIST-800-53-R5:au-2', 'PCI-4.0:10.2.1', 'PCI-4.0:8.3.2'],
    types: ['AWS::WAFv2::LoggingConfiguration'],
    evaluate: (r) => {
      const redacted = r
        .list('RedactedFields')
        .map((field) => String(dig(field, 'SingleHeader', 'Name')).toLowerCase());
      return ['x-api-key', 'authorization'].flatMap((name) =>
        unless(redacted.includes(name), `${name} stands in its log`),
      );
    },
  },
  {
    id: 'function-invoked-by-one-source',
    title: 'A service may invoke a function for one named resource of our account only.',
    controls: ['NIST-800-53-R5:ac-3', 'NIST-800-53-R5:ac-6', 'SOC2:cc_6_3'],
    types: ['AWS::Lambda::Permission'],
    evaluate: (r) => [
      ...unless(r.text('Principal').endsWith('.amazonaws.com'), `${r.text('Principal')} is no AWS service`),
      ...unless(r.has('SourceArn'), 'any resource of our account may invoke it'),
    ],
  },
  {
    id: 'secret-policy-blocks-public',
    title: 'Secret policies block public access.',
    controls: ['NIST-800-53-R5:ac-3', 'SOC2:cc_6_1'],
    types: ['AWS::SecretsManager::ResourcePolicy'],
    evaluate: (r) => unless(r.property('BlockPublicPolicy') === true, 'a public policy would be accepted'),
  },
];

/** What has to be there at all. */
export const EXPOSURE_SET_CHECKS: readonly SetCheck[] = [
  {
    id: 'api-behind-web-acl',
    title: 'Every API stage stands behind a web ACL that logs.',
    controls: EDGE,
    evaluate: ({ set }) => [
      ...unless(
        set.resources('AWS::WAFv2::WebACLAssociation').length >=
          set.resources('AWS::ApiGateway::Stage').length,
        'a stage of the API has no web ACL',
      ),
      ...unless(
        set.resources('AWS::WAFv2::LoggingConfiguration').length >=
          set.resources('AWS::WAFv2::WebACL').length,
        'a web ACL does not log',
      ),
    ],
  },
  {
    id: 'store-has-policy',
    title: 'Every bucket, queue, topic, table and secret has a resource policy of its own.',
    controls: ['NIST-800-53-R5:ac-3', 'NIST-800-53-R5:ac-4'],
    evaluate: ({ set }) => {
      const count = (type: string) => set.resources(type).length;
      const covered = (type: string, property: string) =>
        new Set(
          set
            .resources(type)
            .flatMap((r) =>
              Array.isArray(r.property(property)) ? r.list(property) : [r.property(property)],
            ),
        ).size;
      const pairs: [string, number, number][] = [
        ['bucket', count('AWS::S3::Bucket'), covered('AWS::S3::BucketPolicy', 'Bucket')],
        ['queue', count('AWS::SQS::Queue'), covered('AWS::SQS::QueuePolicy', 'Queues')],
        ['topic', count('AWS::SNS::Topic'), covered('AWS::SNS::TopicPolicy', 'Topics')],
        [
          'secret',
          count('AWS::SecretsManager::Secret'),
          covered('AWS::SecretsManager::ResourcePolicy', 'SecretId'),
        ],
        [
          'table',
          count('AWS::DynamoDB::GlobalTable'),
          set
            .resources('AWS::DynamoDB::GlobalTable')
            .filter((t) => dig(t.list('Replicas'), 0, 'ResourcePolicy') !== undefined).length,
        ],
      ];
      return pairs.flatMap(([what, stores, policies]) =>
        unless(policies >= stores, `${stores} stores of kind ${what}, ${policies} policies`),
      );
    },
  },
];
