import { applicationIdOf } from '../../compliance/applications';
import { type EngineInput, ENGINES } from '../../compliance/engines/engines';
import { proveContracts } from '../../compliance/rules/contracts/prove-contracts';
import { byApplication } from '../../compliance/rules/proofs/prove';
import { loadContracts } from '../../compliance/rules/contracts/load';
import { CONTRACT_RULES } from '../../compliance/rules/contracts/rules';
import { commandsOfRunbook } from '../../compliance/rules/contracts/runbook-text';
import { commandMutants, contractMutants } from '../../compliance/self-test/contract-mutants';
import { type RawStack, withMutant } from '../../compliance/self-test/mutant';
import type { VerdictRow } from '../../compliance/verdict-row';
import { releaseStacks, stageTemplates } from '../support/stage-templates';

type Body = Record<string, unknown>;
interface Statement {
  Sid?: string;
  Action: string | string[];
  Condition?: Record<string, Body>;
}

const stacks = releaseStacks();
const evaluate = (of: readonly RawStack[]): readonly VerdictRow[] =>
  proveContracts(byApplication([...of]), 'prod').result.rows;
const before = evaluate(stacks);

const isFinding = ({ verdict }: VerdictRow): boolean => verdict === 'non-compliant' || verdict === 'error';
const keyOf = ({ rule, stack, resource, message }: VerdictRow): string =>
  [rule, stack, resource, message].join(' ');
const known = new Set(before.filter(isFinding).map(keyOf));

/** What is found in addition when one resource of the prod stacks is changed. */
function foundAfter(type: string, change: (properties: Body) => boolean): string[] {
  const copy = structuredClone(stacks);
  const changed = copy.some(({ template }) =>
    Object.values(template.Resources).some(({ Type, Properties }) => Type === type && change(Properties)),
  );
  if (!changed) throw new Error(`no ${type} offers this mistake`);
  return evaluate(copy)
    .filter((row) => isFinding(row) && !known.has(keyOf(row)))
    .map(({ rule, message }) => `${rule}: ${message}`);
}

const statement = (document: unknown, sid: string): Statement | undefined =>
  (document as { Statement: Statement[] }).Statement.find(({ Sid }) => Sid === sid);

/** Edges that a stranger thought of, each planted into the first resource of its type. */
const PLANTED: readonly (readonly [what: string, type: string, change: Body, named: RegExp])[] = [
  [
    'a topic of a trail by name',
    'AWS::CloudTrail::Trail',
    { SnsTopicName: 'elsewhere' },
    /SnsTopicName is elsewhere/,
  ],
  ['a bus of another team', 'AWS::Events::Rule', { EventBusName: 'other-bus' }, /EventBusName is other-bus/],
  [
    'the cache of a build in a foreign bucket',
    'AWS::CodeBuild::Project',
    { Cache: { Type: 'S3', Location: 'elsewhere/cache' } },
    /Cache\.Location is elsewhere/,
  ],
  [
    'an image of another registry',
    'AWS::CodeBuild::Project',
    { Environment: { Image: 'registry.example.com/x:1' } },
    /Environment\.Image is registry/,
  ],
  [
    'a web hook as subscriber',
    'AWS::SNS::Subscription',
    { Protocol: 'https', Endpoint: 'https://example.com/x' },
    /Endpoint is https:/,
  ],
  [
    'code from a foreign bucket',
    'AWS::Lambda::Function',
    { Code: { S3Bucket: 'elsewhere', S3Key: 'x' } },
    /Code\.S3Bucket is elsewhere/,
  ],
  [
    'masked data told to a bucket',
    'AWS::Logs::LogGroup',
    {
      DataProtectionPolicy: {
        Statement: [{ Operation: { Audit: { FindingsDestination: { S3: { Bucket: 'elsewhere' } } } } }],
      },
    },
    /Bucket is elsewhere/,
  ],
  [
    'snapshots delivered elsewhere',
    'AWS::CloudTrail::Trail',
    { S3BucketName: 'elsewhere' },
    /S3BucketName names elsewhere, which is in no template/,
  ],
  [
    'a notification of a bucket to a topic',
    'AWS::S3::Bucket',
    {
      NotificationConfiguration: {
        TopicConfigurations: [{ Event: 's3:ObjectCreated:*', Topic: 'arn:aws:sns:us-east-1:777788889999:x' }],
      },
    },
    /edge from AWS::S3::Bucket to external:sns that no contract knows \(\{ from:/,
  ],
  [
    'a copy of every object',
    'AWS::S3::Bucket',
    { ReplicationConfiguration: { Rules: [{ Destination: { Bucket: 'arn:aws:s3:::elsewhere' } }] } },
    /to external:s3 that no contract knows/,
  ],
  [
    'a stream of a table',
    'AWS::DynamoDB::GlobalTable',
    {
      Replicas: [
        { KinesisStreamSpecification: { StreamArn: 'arn:aws:kinesis:us-east-1:777788889999:stream/x' } },
      ],
    },
    /to external:kinesis that no contract knows/,
  ],
  [
    'a file system of a function',
    'AWS::Lambda::Function',
    { FileSystemConfigs: [{ Arn: 'arn:aws:elasticfilesystem:us-east-1:777788889999:access-point/x' }] },
    /to external:elasticfilesystem that no contract knows/,
  ],
  [
    'a vault that tells a topic',
    'AWS::Backup::BackupVault',
    { Notifications: { SNSTopicArn: 'arn:aws:sns:us-east-1:777788889999:x' } },
    /to external:sns that no contract knows/,
  ],
  [
    'a task that calls a web address',
    'AWS::StepFunctions::StateMachine',
    {
      DefinitionString:
        '{"StartAt":"X","States":{"X":{"Type":"Task","Resource":"arn:aws:states:::http:invoke","End":true}}}',
    },
    /workflow-calls-address: serverlessapp-prod-classification-role needs states:InvokeHTTPEndpoint/,
  ],
];
/** Types of services that nobody here uses. */
const UNREAD_TYPES = [
  'AWS::Pipes::Pipe',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::AppSync::DataSource',
  'AWS::Logs::SubscriptionFilter',
  'AWS::Logs::DeliveryDestination',
  'AWS::KinesisFirehose::DeliveryStream',
  'AWS::Events::Archive',
  'AWS::Events::ApiDestination',
  'AWS::Cognito::UserPool',
  'AWS::SNS::DataProtectionPolicy',
];

/** What is found when all of them are planted at once. */
function foundOfPlanted(): string {
  const copy = structuredClone(stacks);
  for (const [what, type, change] of PLANTED) {
    const resource = copy
      .flatMap(({ template }) => Object.values(template.Resources))
      .find(({ Type }) => Type === type);
    if (!resource) throw new Error(`no ${type} for ${what}`);
    Object.assign(resource.Properties, change);
  }
  const [first] = copy;
  for (const Type of UNREAD_TYPES)
    if (first)
      first.template.Resources[`Planted${Type.replaceAll(':', '')}`] = {
        Type,
        Properties: { Wherever: { Target: 'arn:aws:sns:us-east-1:777788889999:x' } },
      };
  return evaluate(copy)
    .filter((row) => isFinding(row) && !known.has(keyOf(row)))
    .map(({ rule, message }) => `${rule}: ${message}`)
    .join('\n');
}

describe('the contracts of the edges', () => {
  const planted = foundOfPlanted();
  it('hold for every edge of prod, its second region and the pipeline', () => {
    expect(before.filter(isFinding).map(keyOf)).toEqual([]);
    expect(before.filter(({ rule }) => rule === 'contract-known').length).toBeGreaterThan(200);
  });
  it.each(['dev', 'staging'] as const)('hold for every edge of %s', (stage) => {
    const { rows } = proveContracts(byApplication(stageTemplates(stage)), stage).result;
    expect(rows.filter(isFinding).map(keyOf)).toEqual([]);
  });

  it('say of a part of a release what holds there, and nothing of what the rest may need', async () => {
    const primary = stageTemplates('prod').filter(
      ({ stackName }) => applicationIdOf(stackName) === 'serverlessapp-prod',
    );
    const assembly = {
      stacks: primary.map(({ stackName, account, region, template }) => ({
        ...{ name: stackName, environment: `aws://${account}/${region}`, template },
      })),
    };
    const engine = ENGINES.find(({ name }) => name === 'service-contracts');
    const { rows, notAssessed } = (await engine?.evaluate({
      assembly,
      stage: 'prod',
    } as unknown as EngineInput)) ?? {
      ...{ rows: [], notAssessed: [] },
    };
    expect(rows.length).toBeGreaterThan(200);
    expect(rows.filter(isFinding).map(keyOf)).toEqual([]);
    expect(notAssessed).toEqual([expect.stringContaining('of a whole release only') as string]);
  });

  it('tell when an action that AWS needs is taken away', () => {
    const found = foundAfter('AWS::KMS::Key', ({ KeyPolicy }) => {
      const trail = statement(KeyPolicy, 'TrailEncryptsItsObjects');
      if (trail) trail.Action = 'kms:GenerateDataKey';
      return trail !== undefined;
    });
    expect(found.join()).toMatch(/contract-requests-allowed: trail-under-key: .*needs kms:Decrypt/);
  });
  it('tell when a condition asks for a key that AWS does not send', () => {
    const found = foundAfter('AWS::SNS::TopicPolicy', ({ PolicyDocument }) => {
      const events = statement(PolicyDocument, 'EventRulesPublish');
      if (events) events.Condition = { StringEquals: { 'aws:SourceAccount': '777788889999' } };
      return events !== undefined;
    });
    expect(found.join()).toMatch(/event-rule-publishes-to-topic: .*aws:sourceaccount .*which does not come/);
  });
  it('tell when a guard is taken away', () => {
    const found = foundAfter('AWS::SNS::TopicPolicy', ({ PolicyDocument }) => {
      const alarms = statement(PolicyDocument, 'AlarmsPublish');
      if (alarms) delete alarms.Condition;
      return alarms !== undefined;
    });
    expect(found.join()).toMatch(/contract-others-refused: alarm-publishes-to-topic: .*for another account/);
  });
  it('tell of an edge and of a type that nobody has looked at', () => {
    const edge = foundAfter('AWS::Events::Rule', (properties) => {
      Object.assign(properties, { RoleArn: 'arn:aws:iam::777788889999:role/serverlessapp-prod-backup-role' });
      return true;
    });
    expect(edge.join()).toMatch(/contract-known: RoleArn names .*no contract knows/);
    const copy = structuredClone(stacks);
    const [first] = copy;
    if (!first) throw new Error('no stacks');
    first.template.Resources['Firehose'] = { Type: 'AWS::KinesisFirehose::DeliveryStream', Properties: {} };
    expect(
      evaluate(copy)
        .filter(isFinding)
        .map(({ message }) => message)
        .join(),
    ).toMatch(/nobody has said whether AWS asks anybody for anything at a AWS::KinesisFirehose/);
  });
  it.each(PLANTED)('tell of %s', (_what, _type, _change, named) => {
    expect(planted).toMatch(named);
  });
  it.each(UNREAD_TYPES)('tell of a %s, what it names, and where to write it down', (type) => {
    expect(planted).toContain(
      `contract-known: nobody has said whether AWS asks anybody for anything at a ${type}`,
    );
    expect(planted).toContain(`{ from: ${type}, at: 'Wherever.Target', to: external:sns }`);
    expect(CONTRACT_RULES.edgeKnown.remedy).toMatch(/policies\/contracts.*docs\/contracts\.md/);
  });
  it('tell when an action is granted where AWS does not authorize it', () => {
    const found = foundAfter('AWS::IAM::ManagedPolicy', ({ PolicyDocument }) => {
      (PolicyDocument as { Statement: unknown[] }).Statement.push({
        Sid: 'ByAlias',
        Effect: 'Allow',
        Action: 'states:StartSyncExecution',
        Resource: 'arn:aws:states:us-east-1:777788889999:stateMachine:x:live',
      });
      return true;
    });
    expect(found.join()).toMatch(
      /contract-policy-effective: ByAlias: .*StartSyncExecution is not authorized on/,
    );
  });
});

describe('the commands of the runbooks', () => {
  it('are told to whoever the item, else the text before the list, names last', () => {
    const text = [
      '## Failover',
      'The security administrator decides.',
      '',
      '1. Operator: `aws lambda list-aliases`, then `aws sso login`.',
      '2. `aws kms enable-key`.',
      '',
      '## Nobody',
      '',
      '`aws kms enable-key`',
    ].join('\n');
    expect(commandsOfRunbook('x.md', text).map(({ command, by }) => [command, by])).toEqual([
      ['lambda list-aliases', 'operator'],
      ['kms enable-key', 'security administrator'],
      ['kms enable-key', undefined],
    ]);
  });
  it.each(commandMutants(stacks, 'prod', loadContracts()).slice(0, 4))('$name', ({ run }) => {
    expect(run()).toMatchObject({ rule: 'contract-commands-allowed' });
  });
});

describe('the self-test', () => {
  const mutants = contractMutants(stacks);
  const kinds = [...new Map(mutants.map((mutant) => [mutant.kind, mutant])).values()];
  it.each(kinds)('finds: $kind', (mutant) => {
    const found = evaluate(withMutant(stacks, mutant)).filter(
      (row) => isFinding(row) && !known.has(keyOf(row)),
    );
    expect(found).not.toEqual([]);
  });
  it('makes mistakes of eleven kinds, in every grant to a service', () => {
    expect(kinds).toHaveLength(11);
    expect(mutants.length).toBeGreaterThan(150);
  });
});
