import { IAMClient } from '@aws-sdk/client-iam';
import type { EvaluatedStack } from '../../../compliance/assembly/model';
import type { ExpectedRegion, ExpectedResource } from '../../../compliance/deployed/aspect';
import { evaluateAccount } from '../../../compliance/deployed/evaluate-account';
import { evaluatedSettings } from '../../../compliance/deployed/evaluate-resources';
import { ASPECTS } from '../../../compliance/deployed/readers/aspects';
import type { Place } from '../../../tools/aws/read-call';

/**
 * Functions, queues and log groups of prod have the same names in both of its regions: what one region is expected to have
 * is what its own templates put there, however often the name comes elsewhere.
 */
const HOME: Place = { account: '111122223333', region: 'us-east-1', connection: {} };
const RECOVERY: Place = { ...HOME, region: 'us-west-2' };
const STRANGERS: Place = { ...HOME, account: '999900001111' };

const resource = (
  place: Place,
  type: string,
  physicalId: string,
  properties: Record<string, unknown> = {},
): ExpectedResource => ({
  stack: 'serverlessapp-prod-test',
  logicalId: 'Evaluated',
  type: `AWS::${type}`,
  place,
  physicalId,
  properties,
});

type Beside = (place: Place) => ExpectedResource[];
const besideOf =
  (type: string, properties: Record<string, unknown>, told?: (region: string) => Record<string, unknown>) =>
  (place: Place): ExpectedResource[] => [
    resource(place, type, `${type} in ${place.region}`, { ...properties, ...told?.(place.region) }),
  ];
const policy = (region: string) => ({
  PolicyDocument: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: `arn:aws:x:${region}:y` }],
  },
});
const FUNCTION: [string, string] = ['Lambda::Function', 'query'];

/** A parent by type and id, and what stands beside it and is asked about with it. */
const PAIRS: readonly [rule: string, of: [string, string, Record<string, unknown>?], beside: Beside][] = [
  ['bucket-access-points', ['S3::Bucket', 'pictures'], besideOf('S3::AccessPoint', { Bucket: 'pictures' })],
  ['bucket-policy', ['S3::Bucket', 'pictures'], besideOf('S3::BucketPolicy', { Bucket: 'pictures' }, policy)],
  [
    'api-stages',
    ['ApiGateway::RestApi', 'api'],
    besideOf('ApiGateway::Stage', { RestApiId: 'api', StageName: 'v1' }),
  ],
  [
    'log-subscribers',
    ['Logs::LogGroup', 'group'],
    besideOf('Logs::SubscriptionFilter', { LogGroupName: 'group', DestinationArn: 'arn:to' }),
  ],
  [
    'secret-encryption',
    ['SecretsManager::Secret', 'secret'],
    besideOf('SecretsManager::RotationSchedule', { SecretId: 'secret' }, (region) => ({
      RotationLambdaARN: `arn:aws:lambda:${region}`,
    })),
  ],
  [
    'secret-policy',
    ['SecretsManager::Secret', 'secret'],
    besideOf('SecretsManager::ResourcePolicy', { SecretId: 'secret' }, (region) => ({
      ResourcePolicy: policy(region).PolicyDocument,
    })),
  ],
  [
    'queue-policy',
    ['SQS::Queue', 'https://sqs.us-east-1.amazonaws.com/111122223333/intake'],
    (place) =>
      besideOf(
        'SQS::QueuePolicy',
        { Queues: [`https://sqs.${place.region}.amazonaws.com/111122223333/intake`] },
        policy,
      )(place),
  ],
  [
    'topic-policy',
    ['SNS::Topic', 'arn:topic'],
    besideOf('SNS::TopicPolicy', { Topics: ['arn:topic'] }, policy),
  ],
  [
    'topic-subscribers',
    ['SNS::Topic', 'arn:topic'],
    besideOf('SNS::Subscription', { TopicArn: 'arn:topic', Protocol: 'email', Endpoint: 'a@example.com' }),
  ],
  ['function-not-on-the-internet', FUNCTION, besideOf('Lambda::Url', { TargetFunctionArn: 'query' })],
  [
    'function-callers',
    FUNCTION,
    besideOf(
      'Lambda::Permission',
      { FunctionName: 'query', Action: 'lambda:InvokeFunction', Principal: 'events.amazonaws.com' },
      (region) => ({ SourceArn: `arn:aws:events:${region}` }),
    ),
  ],
  [
    'function-qualifiers',
    FUNCTION,
    (place) => [
      ...besideOf('Lambda::Alias', { FunctionName: 'query', Name: 'live' })(place),
      resource(place, 'Lambda::Version', `arn:aws:lambda:${place.region}:111122223333:function:query:7`, {
        FunctionName: 'query',
      }),
    ],
  ],
  [
    'function-outlets',
    FUNCTION,
    besideOf('Lambda::EventInvokeConfig', { FunctionName: 'query' }, (region) => ({
      DestinationConfig: { OnFailure: { Destination: `arn:aws:sqs:${region}` } },
    })),
  ],
  [
    'dns-firewall',
    ['Route53Resolver::FirewallRuleGroupAssociation', 'association', { VpcId: 'vpc' }],
    besideOf('Route53Resolver::FirewallRuleGroupAssociation', { VpcId: 'vpc' }),
  ],
  [
    'security-group-rules',
    ['EC2::SecurityGroup', 'sg'],
    besideOf('EC2::SecurityGroupEgress', { GroupId: 'sg', IpProtocol: 'tcp', FromPort: 443, ToPort: 443 }),
  ],
  [
    'route-table-routes',
    ['EC2::RouteTable', 'rtb'],
    (place) => [
      ...besideOf('EC2::VPCEndpoint', { RouteTableIds: ['rtb'] })(place),
      ...besideOf('EC2::Route', { RouteTableId: 'rtb', DestinationCidrBlock: '10.0.0.0/8' })(place),
    ],
  ],
];

function expectedOf(
  rule: string,
  parent: ExpectedResource,
  own: readonly ExpectedResource[],
  elsewhere: readonly ExpectedResource[] = [],
): Record<string, unknown> {
  const aspect = ASPECTS.find((each) => each.rule === rule);
  if (aspect === undefined) throw new Error(rule);
  const region: ExpectedRegion = {
    place: parent.place,
    resources: [parent, ...own],
    // Those of the other place first, as when its account is asked first.
    everywhere: [...elsewhere, parent, ...own],
  };
  return evaluatedSettings(aspect, parent, region);
}

test.each(PAIRS)(
  '%s expects of a region what its own templates put there',
  (rule, [type, id, said], beside) => {
    const parent = resource(HOME, type, id, said);
    const own = expectedOf(rule, parent, beside(HOME));
    // What stands beside it counts.
    expect(own).not.toEqual(expectedOf(rule, parent, []));
    for (const other of [RECOVERY, STRANGERS])
      expect(
        expectedOf(rule, parent, beside(HOME), [resource(other, type, id, said), ...beside(other)]),
      ).toEqual(own);
  },
);

test('every setting that more than one resource says is among them', () => {
  const byOthers = ASPECTS.filter(({ expected }) => (expected?.length ?? 0) > 1).map(({ rule }) => rule);
  expect([...new Set(byOthers)].sort()).toEqual([...PAIRS.map(([rule]) => rule), 'role-policies'].sort());
});

test('a role has its policies from either region of its account, and from no other account', () => {
  const role = resource(HOME, 'IAM::Role', 'reader');
  const attached = (place: Place) =>
    expectedOf(
      'role-policies',
      role,
      [],
      [resource(place, 'IAM::ManagedPolicy', 'arn:policy', { Roles: ['reader'] })],
    )['Attached'];
  expect(attached(RECOVERY)).toEqual(['arn:policy']);
  expect(attached(STRANGERS)).toEqual([]);
});

test('an account is asked in both regions for the roles that the CDK made; another account’s are not its own', async () => {
  const stack = (name: string, account: string, region: string): EvaluatedStack => ({
    ...{
      name,
      stackName: name,
      environment: `aws://${account}/${region}`,
      templateFile: 'two-regions.test.ts',
    },
    template: { Resources: { Topic: { Type: 'AWS::SNS::Topic' } } },
    ...{ resources: [], loops: [], acknowledgements: [] },
  });
  const stacks = [
    stack('serverlessapp-dev-keys', HOME.account, HOME.region),
    stack('serverlessapp-dev-recovery-foundation', HOME.account, RECOVERY.region),
    stack('serverlessapp-dev-elsewhere', STRANGERS.account, RECOVERY.region),
  ];
  interface Sender {
    readonly config: { readonly region: () => Promise<string>; readonly account: string };
    send(command: object): Promise<object>;
  }
  const anyClient = Object.getPrototypeOf(IAMClient.prototype) as Sender;
  const answer = (name: string, { StackName }: { StackName?: string }, account: string, region: string) => {
    if (name === 'ListStackResources')
      return {
        StackResourceSummaries: [
          StackName === 'CDKToolkit'
            ? {
                LogicalResourceId: 'R',
                ResourceType: 'AWS::IAM::Role',
                PhysicalResourceId: `cdk-${account}-${region}`,
              }
            : { LogicalResourceId: 'Topic', ResourceType: 'AWS::SNS::Topic', PhysicalResourceId: 'topic' },
        ],
      };
    if (name === 'DescribeStacks') return { Stacks: [{ StackName, StackStatus: 'CREATE_COMPLETE' }] };
    if (name === 'ListRoles')
      return {
        Roles: [HOME, RECOVERY, { ...STRANGERS, region: RECOVERY.region }].map((of) => ({
          RoleName: `cdk-${of.account}-${of.region}`,
        })),
      };
    return { DetectionStatus: 'DETECTION_COMPLETE' };
  };
  jest.spyOn(anyClient, 'send').mockImplementation(async function (this: Sender, command) {
    const name = command.constructor.name.replace(/Command$/, '');
    const { input } = command as { input: object };
    return answer(name, input, this.config.account, await this.config.region());
  });
  const { rows } = await evaluateAccount({
    assembly: { directory: __dirname, notRead: [], stacks },
    clock: () => new Date(),
    connect: (account, region) => ({ account, region, connection: { account } as Place['connection'] }),
  });
  jest.restoreAllMocks();
  const named = rows.flatMap(({ rule, resourceType, resource: name }) =>
    rule === 'account-unevaluated' && resourceType === 'AWS::IAM::Role' ? [name] : [],
  );
  expect(named).toEqual([`cdk-${STRANGERS.account}-${RECOVERY.region}`]);
});
