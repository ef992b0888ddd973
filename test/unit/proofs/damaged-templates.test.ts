import { runChecks } from '../../../compliance/rules/checks/run-checks';
import { proveIam } from '../../../compliance/rules/proofs/iam/prove-iam';
import { ModelError } from '../../../compliance/rules/proofs/model/errors';
import { proveNetwork } from '../../../compliance/rules/proofs/network/prove-network';
import type { EngineResult } from '../../../compliance/verdict-row';
import { asStack, ref, resource, type Resources, smallNetwork } from './small-network';

const everything = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'All', Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' }],
};
/** The small network with one of each kind of thing that has a policy. */
const small = (): Resources => ({
  ...smallNetwork(),
  Role: resource('AWS::IAM::Role', {
    RoleName: 'serverlessapp-dev-query-role',
    AssumeRolePolicyDocument: everything,
    ManagedPolicyArns: [ref('Policy')],
    PermissionsBoundary: ref('Policy'),
    Policies: [{ PolicyName: 'inline', PolicyDocument: everything }],
  }),
  Policy: resource('AWS::IAM::ManagedPolicy', { PolicyDocument: everything, Roles: [] }),
  Bucket: resource('AWS::S3::Bucket', { BucketName: 'serverlessapp-dev-pictures' }),
  BucketPolicy: resource('AWS::S3::BucketPolicy', { Bucket: ref('Bucket'), PolicyDocument: everything }),
  Key: resource('AWS::KMS::Key', { KeyPolicy: everything }),
  Queue: resource('AWS::SQS::Queue', { QueueName: 'serverlessapp-dev-intake' }),
  QueuePolicy: resource('AWS::SQS::QueuePolicy', { Queues: [ref('Queue')], PolicyDocument: everything }),
  Table: resource('AWS::DynamoDB::GlobalTable', {
    TableName: 'serverlessapp-dev-detection-logs',
    Replicas: [{ Region: 'us-east-1', ResourcePolicy: { PolicyDocument: everything } }],
  }),
  Api: resource('AWS::ApiGateway::RestApi', { Policy: everything }),
  Bus: resource('AWS::Events::EventBusPolicy', { StatementId: 'a', Statement: everything.Statement[0] }),
});

/** What no author means, and what a template may hold all the same. */
const DAMAGES: readonly unknown[] = [
  null,
  'text',
  7,
  true,
  [],
  {},
  [null],
  [{}],
  ['text'],
  { 'Fn::Sub': 3 },
  { 'Fn::Sub': ['${a}'] },
  { 'Fn::Join': 'x' },
  { 'Fn::Select': [9, []] },
  { 'Fn::Split': [',', null] },
  { 'Fn::If': ['c', 'a', 'b'] },
  { 'Fn::ForEach::Loop': ['a', ['b'], {}] },
  { Ref: 'constructor' },
  { 'Fn::GetAtt': [] },
  { 'Fn::GetAtt': ['Key', 'toString'] },
  { constructor: 1 },
  { Statement: null },
  { Statement: [null] },
  { Statement: [{ Effect: 'Allow', Principal: null, Action: [null], Resource: {} }] },
  {
    Statement: [
      { Effect: 'Allow', Principal: '*', Action: 's3:*', Condition: { constructor: { 'aws:x': 'y' } } },
    ],
  },
  {
    Statement: [
      {
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:*',
        Condition: { IpAddress: { 'aws:SourceIp': '1.2.3.4/99' } },
      },
    ],
  },
];

const EVALUATES: Readonly<Record<string, (resources: Resources) => EngineResult>> = {
  'the IAM proof': (resources) => proveIam([asStack(resources)], {}, []).result,
  'the network proof': (resources) => proveNetwork([asStack(resources)], {}).result,
  'the checks': (resources) => runChecks([asStack(resources)]),
};

/** Every property of every resource with every damage. */
const damaged = Object.entries(small()).flatMap(([id, { Properties = {} }]) =>
  Object.keys(Properties).flatMap((property) =>
    DAMAGES.map((damage): { name: string; resources: Resources } => {
      const resources = small();
      const target = resources[id];
      if (target) resources[id] = { ...target, Properties: { ...Properties, [property]: damage } };
      return { name: `${id}.${property} = ${JSON.stringify(damage)}`, resources };
    }),
  ),
);

describe.each(Object.entries(EVALUATES))('%s, of a damaged template', (_name, evaluate) => {
  it('ends with rows, or says that the template cannot be read, and never falls over', () => {
    const fallen = damaged.flatMap(({ name, resources }) => {
      try {
        return evaluate(resources).rows.length > 0 ? [] : [`${name}: no rows`];
      } catch (error) {
        return error instanceof ModelError ? [] : [`${name}: ${String(error)}`];
      }
    });
    expect(damaged.length).toBeGreaterThan(1_000);
    expect(fallen).toEqual([]);
  });

  it('says of a template that is none that it cannot be read', () => {
    for (const template of [
      null,
      [],
      'text',
      { Resources: [] },
      { Resources: { A: null } },
      { Resources: { 'Fn::ForEach::L': ['a', [], {}] } },
    ])
      expect(() => evaluate(template as unknown as Resources)).not.toThrow(TypeError);
  });
});
