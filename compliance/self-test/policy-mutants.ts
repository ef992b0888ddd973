import { drop, type Mutant, onResources, put, type RawStack } from './mutant';
import { isForService, onStatements, type Statement, statementsOf, STORES } from './statements';

const KEYS = ['AWS::KMS::Key'];
const isDeny = (statement: Statement): boolean => statement['Effect'] === 'Deny';
const withoutSource = (condition: unknown): unknown =>
  Object.fromEntries(
    Object.entries((condition ?? {}) as Record<string, Record<string, unknown>>)
      .map(
        ([operator, keys]) =>
          [
            operator,
            Object.fromEntries(
              Object.entries(keys).filter(([key]) => !/^aws:Source(Arn|Account)$/i.test(key)),
            ),
          ] as const,
      )
      .filter(([, keys]) => Object.keys(keys).length > 0),
  );

const asObject = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});

/** Each condition operator of each Deny, taken away by itself. */
const conditionMutants = (stacks: readonly RawStack[]): Mutant[] =>
  [
    'StringNotEqualsIfExists',
    'StringNotEquals',
    'BoolIfExists',
    'Bool',
    'NumericLessThan',
    'NumericGreaterThan',
    'ArnNotLikeIfExists',
    'ArnNotEqualsIfExists',
    'ArnNotLike',
  ].flatMap((operator) =>
    onStatements(
      stacks,
      `condition ${operator} removed from a Deny`,
      STORES,
      (s) => isDeny(s) && operator in asObject(s['Condition']),
      (s) => Reflect.deleteProperty(asObject(s['Condition']), operator),
    ),
  );

const identityMutants = (stacks: readonly RawStack[]): Mutant[] => {
  const policies = ['AWS::IAM::ManagedPolicy'];
  const first = (p: Record<string, unknown>): Statement | undefined =>
    (p['PolicyDocument'] as { Statement: Statement[] }).Statement.find((s) => s['Effect'] === 'Allow');
  const isCalls = (p: Record<string, unknown>): boolean =>
    JSON.stringify(p['ManagedPolicyName'] ?? '')
      .replaceAll('"', '')
      .endsWith('-calls');
  return [
    ...onResources(
      stacks,
      'wildcard action granted',
      policies,
      (p) => isCalls(p) && put(first(p), ['Action'], '*'),
    ),
    ...onResources(
      stacks,
      'wildcard resource granted',
      policies,
      (p) => isCalls(p) && put(first(p), ['Resource'], '*'),
    ),
    ...onResources(
      stacks,
      'grant removed',
      policies,
      (p) =>
        isCalls(p) && (p['PolicyDocument'] as { Statement: Statement[] }).Statement.shift() !== undefined,
    ),
    ...onResources(
      stacks,
      'unused grant added',
      policies,
      // The boundary grants nothing, and every role has it.
      (p) =>
        !JSON.stringify(p['ManagedPolicyName']).includes('boundary') &&
        (p['PolicyDocument'] as { Statement: Statement[] }).Statement.push({
          Sid: 'Handy',
          Effect: 'Allow',
          Action: 's3:ListAllMyBuckets',
          Resource: '*',
        }) > 0,
    ),
    ...onResources(stacks, 'connection used without its conditions', policies, (p) =>
      (p['PolicyDocument'] as { Statement: Statement[] }).Statement.some(
        (s) => String(s['Sid']).startsWith('UseRepository') && Reflect.deleteProperty(s, 'Condition'),
      ),
    ),
    // Who signs links reads nothing without one, in a reviewer's network neither.
    ...onStatements(
      stacks,
      'credentials of links used without one',
      ['AWS::S3::BucketPolicy'],
      (s) => s['Sid'] === 'DenyReviewingUnlessLink',
      (_s, all, index) => all.splice(index, 1),
    ),
    // `analyze` parses pictures and holds no write.
    ...onResources(
      stacks,
      'parser of pictures may write them',
      policies,
      (p) =>
        isCalls(p) &&
        JSON.stringify(p['ManagedPolicyName']).includes('-analyze-') &&
        (p['PolicyDocument'] as { Statement: Statement[] }).Statement.push({
          Sid: 'Keep',
          Effect: 'Allow',
          Action: 's3:PutObject',
          Resource: 'arn:aws:s3:::serverlessapp-*-pictures-*/cats/*',
        }) > 0,
    ),
    ...onResources(stacks, 'boundary removed', ['AWS::IAM::Role'], (p) => drop(p, 'PermissionsBoundary')),
    ...onResources(
      stacks,
      'administrator policy attached',
      ['AWS::IAM::Role'],
      (p) => put(p, ['ManagedPolicyArns'], ['arn:aws:iam::aws:policy/AdministratorAccess']),
      'first of each type',
    ),
    ...onResources(
      stacks,
      'inline administrator policy',
      ['AWS::IAM::Role'],
      (p) =>
        put(
          p,
          ['Policies'],
          [
            {
              PolicyName: 'x',
              PolicyDocument: { Statement: [{ Sid: 'All', Effect: 'Allow', Action: '*', Resource: '*' }] },
            },
          ],
        ),
      'first of each type',
    ),
    ...onStatements(
      stacks,
      'role open to every account',
      ['AWS::IAM::Role'],
      () => true,
      (s) => {
        s['Principal'] = { AWS: '*' };
        s['Condition'] = {};
      },
    ),
    ...onStatements(
      stacks,
      'trust without conditions',
      ['AWS::IAM::Role'],
      () => true,
      (s) => Reflect.deleteProperty(s, 'Condition'),
    ),
    ...onResources(stacks, 'function callable by any API', ['AWS::Lambda::Permission'], (p) =>
      drop(p, 'SourceArn'),
    ),
    ...onResources(
      stacks,
      'function callable by everybody',
      ['AWS::Lambda::Permission'],
      (p) => put(p, ['Principal'], '*') && drop(p, 'SourceArn'),
      'first of each type',
    ),
  ];
};

/** An account that no policy, no configuration and no proof has ever named. */
const STRANGER = '888888888888';

const namesAccount = (value: unknown, account: string): boolean =>
  JSON.stringify(value ?? '').includes(account) || JSON.stringify(value ?? '').includes('AWS::AccountId');

/** The same with another account in the place of ours. */
function swapped(value: unknown, account: string): unknown {
  if (typeof value === 'string') return value.replaceAll(account, STRANGER);
  if (Array.isArray(value)) return value.map((item) => swapped(item, account));
  if (typeof value !== 'object' || value === null) return value;
  if ('Ref' in value && value.Ref === 'AWS::AccountId') return STRANGER;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, swapped(item, account)]));
}

/** The account of principals or conditions taken for another's, in each statement that lets somebody in. */
const swappedAccounts = (stacks: readonly RawStack[]): Mutant[] =>
  stacks.flatMap((stack) =>
    onStatements(
      [stack],
      'account swapped for another',
      [...STORES, ...KEYS, 'AWS::IAM::Role'],
      (s) => s['Effect'] === 'Allow' && namesAccount([s['Principal'], s['Condition']], stack.account),
      (s) => {
        s['Principal'] = swapped(s['Principal'], stack.account);
        s['Condition'] = swapped(s['Condition'], stack.account);
      },
    ),
  );

/** The words of the source conditions kept, and their force taken. */
const optionalSources = (stacks: readonly RawStack[]): Mutant[] =>
  onStatements(
    stacks,
    'source asked of a service only if it comes',
    [...STORES, ...KEYS],
    (s) =>
      isForService(s) &&
      /"(StringEquals|ArnLike|ArnEquals)":\{"aws:Source/.test(JSON.stringify(s['Condition'])),
    (s) => {
      s['Condition'] = Object.fromEntries(
        Object.entries(asObject(s['Condition'])).map(([operator, keys]) => [
          operator.endsWith('IfExists') ? operator : `${operator}IfExists`,
          keys as unknown,
        ]),
      );
    },
  );

/** Mistakes in who may do what. */
export const policyMutants = (stacks: readonly RawStack[]): Mutant[] => [
  ...swappedAccounts(stacks),
  ...optionalSources(stacks),
  ...onResources(stacks, 'boundary that bounds nothing', ['AWS::IAM::ManagedPolicy'], (p) =>
    JSON.stringify(p['ManagedPolicyName']).includes('boundary')
      ? put(p, ['PolicyDocument', 'Statement'], [{ Sid: 'All', Effect: 'Allow', Action: '*', Resource: '*' }])
      : false,
  ),
  ...onStatements(stacks, 'Deny removed', STORES, isDeny, (_s, all, index) => all.splice(index, 1)),
  ...conditionMutants(stacks),
  ...onStatements(
    stacks,
    'service statement without source',
    [...STORES, ...KEYS],
    (s) => isForService(s) && JSON.stringify(s['Condition'] ?? '').includes('aws:Source'),
    (s) => {
      s['Condition'] = withoutSource(s['Condition']);
    },
  ),
  ...onStatements(
    stacks,
    'key statement widened to everybody',
    KEYS,
    (s) => s['Effect'] === 'Allow' && !isForService(s),
    (s) => {
      s['Principal'] = '*';
      s['Condition'] = {};
    },
  ),
  ...onStatements(
    stacks,
    'key statement removed',
    KEYS,
    (s) => /^(FunctionsUse|FunctionsRead)/.test(String(s['Sid'])),
    (_s, all, index) => all.splice(index, 1),
  ),
  ...onResources(
    stacks,
    'bucket made public',
    ['AWS::S3::BucketPolicy'],
    (_p, r) =>
      statementsOf(r).push({
        Sid: 'Public',
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: statementsOf(r)[0]?.['Resource'],
      }) > 0,
  ),
  ...onResources(
    stacks,
    'store shared with another account',
    ['AWS::S3::BucketPolicy', 'AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy'],
    (_p, r) =>
      statementsOf(r).push({
        Sid: 'Partner',
        Effect: 'Allow',
        Principal: { AWS: '999999999999' },
        Action: {
          'AWS::S3::BucketPolicy': 's3:*',
          'AWS::SQS::QueuePolicy': 'sqs:*',
          'AWS::SNS::TopicPolicy': 'sns:*',
        }[r.Type],
        Resource: '*',
      }) > 0,
  ),
  ...onResources(
    stacks,
    'store policy removed',
    STORES.filter((type) => type.endsWith('Policy')),
    (_p, _r, id, t) => Reflect.deleteProperty(t.Resources, id),
  ),
  ...identityMutants(stacks),
];
