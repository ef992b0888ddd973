import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { App, CfnResource, Stack, Stage, Tags } from 'aws-cdk-lib';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { NagRuleCompliance, type NagRuleResult } from 'cdk-nag';
import { guardBinary } from '../../../compliance/engines/guard-binary';
import { checkovEnvironment } from '../../../compliance/engines/checkov';
import { CustomerManagedKey } from '../../../compliance/rules/nag/customer-managed-key';
import { DataPerimeter } from '../../../compliance/rules/nag/data-perimeter';
import { EmbeddedMetricsOnly } from '../../../compliance/rules/nag/embedded-metrics-only';
import { EndpointPolicy } from '../../../compliance/rules/nag/endpoint-policy';
import { FunctionSecurityGroup } from '../../../compliance/rules/nag/function-security-group';
import { evaluateName } from '../../../compliance/rules/nag/name-prefix';
import { NoCustomResource } from '../../../compliance/rules/nag/no-custom-resource';
import { NoSecretsInEnvironment } from '../../../compliance/rules/nag/no-secrets-in-environment';
import { evaluateTags } from '../../../compliance/rules/nag/required-tags';
import { loadProfile } from '../../../compliance/profiles/load';
import { silentProgress } from '../../../tools/setup/progress';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import { ensurePythonTool } from '../../../tools/setup/python-tools';

const stackOf = (): Stack => new Stack(new App({ builtinCloudFormationValidation: false }), 'stack');
const make = (
  type: string,
  properties: Record<string, unknown>,
  stack = stackOf(),
  id = 'Subject',
): CfnResource => new CfnResource(stack, id, { type, properties });

const { COMPLIANT, NON_COMPLIANT, NOT_APPLICABLE } = NagRuleCompliance;
const allow = (statement: Record<string, unknown>) => ({
  PolicyDocument: { Statement: [{ Effect: 'Allow', ...statement }] },
});
const own = loadProfile('serverlessapp');
const NamePrefix = (node: CfnResource): NagRuleResult => evaluateName(node, own.namePattern);
const RequiredTags = (node: CfnResource): NagRuleResult => evaluateTags(node, own.requiredTags);
const inGroup = (group: string) => ({ VpcConfig: { SecurityGroupIds: [group] } });
const environment = (variables: Record<string, string>) => ({ Environment: { Variables: variables } });

describe('a rule of the own pack', () => {
  const FUNCTION = 'AWS::Lambda::Function';
  const ENDPOINT = 'AWS::EC2::VPCEndpoint';
  const cases: [
    string,
    (node: CfnResource) => NagRuleResult,
    string,
    Record<string, unknown>,
    NagRuleResult,
  ][] = [
    [
      'a named key',
      CustomerManagedKey,
      'AWS::SQS::Queue',
      { KmsMasterKeyId: 'arn:aws:kms:::key/k' },
      COMPLIANT,
    ],
    ["AWS's key", CustomerManagedKey, 'AWS::SQS::Queue', { KmsMasterKeyId: 'alias/aws/sqs' }, NON_COMPLIANT],
    ['no key', CustomerManagedKey, 'AWS::Logs::LogGroup', {}, NON_COMPLIANT],
    [
      'one replica without a key',
      CustomerManagedKey,
      'AWS::DynamoDB::GlobalTable',
      { Replicas: [{ SSESpecification: { KMSMasterKeyId: 'k' } }, {}] },
      NON_COMPLIANT,
    ],
    ['nothing to encrypt', CustomerManagedKey, 'AWS::IAM::Role', {}, NOT_APPLICABLE],
    ['no policy', EndpointPolicy, ENDPOINT, {}, ['no policy']],
    [
      'any action',
      EndpointPolicy,
      ENDPOINT,
      allow({ Principal: { AWS: 'arn:aws:iam::1:root' }, Action: 's3:*' }),
      ['Action::s3:*'],
    ],
    [
      'anybody',
      EndpointPolicy,
      ENDPOINT,
      allow({ Principal: '*', Action: 's3:GetObject' }),
      ['Principal::*'],
    ],
    [
      'ours',
      EndpointPolicy,
      ENDPOINT,
      allow({
        Principal: '*',
        Action: 's3:GetObject',
        Condition: { ArnEquals: { 'aws:PrincipalArn': 'arn' } },
      }),
      COMPLIANT,
    ],
    [
      'an endpoint for metrics',
      EmbeddedMetricsOnly,
      ENDPOINT,
      { ServiceName: 'com.amazonaws.us-east-1.monitoring' },
      NON_COMPLIANT,
    ],
    [
      'an endpoint for S3',
      EmbeddedMetricsOnly,
      ENDPOINT,
      { ServiceName: 'com.amazonaws.us-east-1.s3' },
      COMPLIANT,
    ],
    [
      'a grant to put metrics',
      EmbeddedMetricsOnly,
      'AWS::IAM::ManagedPolicy',
      allow({ Action: ['cloudwatch:PutMetricData'] }),
      ['Action::cloudwatch:PutMetricData'],
    ],
    [
      'a grant of alarms',
      EmbeddedMetricsOnly,
      'AWS::IAM::ManagedPolicy',
      allow({ Action: 'cloudwatch:DescribeAlarms' }),
      COMPLIANT,
    ],
    ['a password', NoSecretsInEnvironment, FUNCTION, environment({ DB_PASSWORD: 'x' }), ['DB_PASSWORD']],
    [
      'a resolved secret',
      NoSecretsInEnvironment,
      FUNCTION,
      environment({ A: '{{resolve:secretsmanager:s}}' }),
      ['A'],
    ],
    [
      'a secret without a break',
      NoSecretsInEnvironment,
      FUNCTION,
      environment({ DBPASSWORD: 'x' }),
      ['DBPASSWORD'],
    ],
    [
      'a password in an address',
      NoSecretsInEnvironment,
      FUNCTION,
      environment({ URL: ['postgres://', 'me:hunter2', '@host'].join('') }),
      ['URL'],
    ],
    ['names only', NoSecretsInEnvironment, FUNCTION, environment({ CURSOR_SECRET: 'the-name' }), COMPLIANT],
    ['our name', NamePrefix, 'AWS::SQS::Queue', { QueueName: 'serverlessapp-dev-intake' }, COMPLIANT],
    ['another name', NamePrefix, 'AWS::SQS::Queue', { QueueName: 'intake' }, NON_COMPLIANT],
    ['no name', NamePrefix, 'AWS::SQS::Queue', {}, NON_COMPLIANT],
    ['a custom resource', NoCustomResource, 'Custom::S3AutoDeleteObjects', {}, NON_COMPLIANT],
    ['a resource', NoCustomResource, 'AWS::S3::Bucket', {}, NOT_APPLICABLE],
    ['a function outside the network', FunctionSecurityGroup, FUNCTION, {}, NON_COMPLIANT],
    ['a store without a policy', DataPerimeter, 'AWS::S3::Bucket', {}, NON_COMPLIANT],
  ];
  test.each(cases)('evaluates %s by %p on %s', (_case, rule, type, properties, expected) =>
    expect(rule(make(type, properties))).toEqual(expected),
  );

  test('sees a shared security group, and tells it from one of one’s own', () => {
    const stack = stackOf();
    const [first] = ['a', 'a', 'b'].map((group, index) => make(FUNCTION, inGroup(group), stack, `F${index}`));
    const own = stack.node
      .findAll()
      .filter(CfnResource.isCfnResource)
      .find(({ node }) => node.id === 'F2');
    expect([first && FunctionSecurityGroup(first), own && FunctionSecurityGroup(own)]).toEqual([
      NON_COMPLIANT,
      COMPLIANT,
    ]);
  });

  test('finds the perimeter in the policy of exactly this bucket', () => {
    const stack = stackOf();
    const bucket = make('AWS::S3::Bucket', {}, stack, 'Bucket');
    const other = make('AWS::S3::Bucket', {}, stack, 'Other');
    const deny = {
      Effect: 'Deny',
      Action: 's3:GetObject',
      Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } },
    };
    make(
      'AWS::S3::BucketPolicy',
      { Bucket: { Ref: 'Bucket' }, PolicyDocument: { Statement: [deny] } },
      stack,
      'Policy',
    );
    expect([DataPerimeter(bucket), DataPerimeter(other)]).toEqual([COMPLIANT, NON_COMPLIANT]);
  });

  test('names the tags that are missing', () => {
    const stack = stackOf();
    for (const tag of ['Application', 'CostCentre', 'DataClassification', 'Environment'])
      Tags.of(stack).add(tag, 'x');
    const bucket = new CfnBucket(stack, 'Tagged');
    Stage.of(stack)?.synth();
    expect(RequiredTags(bucket)).toEqual(['Owner']);
    expect(RequiredTags(make('AWS::Logs::MetricFilter', {}, stack))).toBe(NOT_APPLICABLE);
    expect(evaluateTags(bucket, [])).toBe(NOT_APPLICABLE);
  });
});

const GUARD = path.join(PROJECT_ROOT, 'policies/guard');
const guardRules = readdirSync(GUARD).filter((file) => file.endsWith('.guard'));

describe('a guard rule of ours', () => {
  test.each(guardRules)('%s passes its own unit tests, of which one fails and one is skipped', (file) => {
    const tests = path.join(PROJECT_ROOT, 'policies/guard-tests', file.replace('.guard', '.yaml'));
    expect(existsSync(tests)).toBe(true);
    expect(readFileSync(tests, 'utf8')).toMatch(/FAIL[\s\S]*SKIP/);
    const run = spawnSync(
      guardBinary(),
      ['test', '--rules-file', path.join(GUARD, file), '--test-data', tests],
      { encoding: 'utf8' },
    );
    expect([run.status, run.stdout]).toEqual([0, expect.not.stringContaining('FAILED')]);
  });
});

test('the checkov policies of ours pass what is kept and fail what is not', async () => {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-checkov-'));
  try {
    const machine = (encryption: object) => ({
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: { EncryptionConfiguration: encryption },
    });
    const table = (replica: object) => ({
      Type: 'AWS::DynamoDB::GlobalTable',
      Properties: { Replicas: [replica] },
    });
    const stage = (properties: object) => ({ Type: 'AWS::ApiGateway::Stage', Properties: properties });
    const file = path.join(scratch, 'template.json');
    writeFileSync(
      file,
      JSON.stringify({
        AWSTemplateFormatVersion: '2010-09-09',
        Resources: {
          KeptMachine: machine({ Type: 'CUSTOMER_MANAGED_KMS_KEY', KmsKeyId: 'key' }),
          OpenMachine: machine({ Type: 'AWS_OWNED_KEY' }),
          KeptTable: table({
            SSESpecification: { KMSMasterKeyId: 'key' },
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          }),
          OpenTable: table({ SSESpecification: { KMSMasterKeyId: 'key' } }),
          KeptStage: stage({ TracingEnabled: true, AccessLogSetting: { DestinationArn: 'arn' } }),
          OpenStage: stage({ TracingEnabled: false, AccessLogSetting: { DestinationArn: 'arn' } }),
          KeptQueue: { Type: 'AWS::SQS::Queue', Properties: {} },
          OpenQueue: { Type: 'AWS::SQS::Queue', Properties: {} },
          Policy: {
            Type: 'AWS::SQS::QueuePolicy',
            Properties: { Queues: [{ Ref: 'KeptQueue' }], PolicyDocument: {} },
          },
        },
      }),
    );
    const checkov = await ensurePythonTool('checkov', { progress: silentProgress });
    const own = path.join(PROJECT_ROOT, 'policies/checkov');
    const run = spawnSync(
      checkov.script('checkov'),
      [
        '--framework',
        'cloudformation',
        '--skip-download',
        '--compact',
        '--output',
        'json',
        '--external-checks-dir',
        own,
        '--file',
        file,
      ],
      { encoding: 'utf8', env: checkovEnvironment(path.dirname(file)) },
    );
    const { results } = JSON.parse(run.stdout) as {
      results: Record<'passed_checks' | 'failed_checks', { check_id: string; resource: string }[]>;
    };
    const of = (checks: { check_id: string; resource: string }[]): string[] =>
      checks
        .filter(({ check_id: id }) => id.includes('SERVERLESSAPP'))
        .map(({ check_id: id, resource }) => `${id} ${resource.split('.')[1] ?? ''}`)
        .sort();
    expect(of(results.passed_checks)).toEqual([
      'CKV2_SERVERLESSAPP_1 KeptQueue',
      'CKV2_SERVERLESSAPP_2 KeptStage',
      'CKV_SERVERLESSAPP_1 KeptMachine',
      'CKV_SERVERLESSAPP_2 KeptTable',
    ]);
    expect(of(results.failed_checks)).toEqual([
      'CKV2_SERVERLESSAPP_1 OpenQueue',
      'CKV2_SERVERLESSAPP_2 OpenStage',
      'CKV_SERVERLESSAPP_1 OpenMachine',
      'CKV_SERVERLESSAPP_2 OpenTable',
    ]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}, 120_000);
