import { AccessAnalyzerClient } from '@aws-sdk/client-accessanalyzer';
import { BackupClient } from '@aws-sdk/client-backup';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { operationsContext } from '../../../bin/operations/context';
import { untilEnded } from '../../../bin/operations/first-contact/command';
import {
  type ContactContext,
  eventually,
  type Exercise,
  pause,
} from '../../../bin/operations/first-contact/exercise';
import { EXERCISES } from '../../../bin/operations/first-contact/exercises';
import { firstContact } from '../../../bin/operations/first-contact/first-contact';
import { InterruptedError } from '../../../tools/terminal/interruption';

/**
 * What the embedded AWS cannot show, with answers in the form that AWS documents: each exercise sees what it is to see, and
 * what it is not.
 */
const CLIENTS = [
  ...[AccessAnalyzerClient, BackupClient, CloudWatchClient, CodeDeployClient, ConfigServiceClient],
  ...[DynamoDBClient, IAMClient, LambdaClient, SNSClient, SQSClient, CloudTrailClient],
];
type Answer = object | ((input: Record<string, unknown>) => object);

const sent: { name: string; input: Record<string, unknown> }[] = [];
const named = (): string[] => sent.map(({ name }) => name);

/** Answers by the names of operations; anything else is a fault of the test. */
function answering(answers: Readonly<Record<string, Answer>>): void {
  sent.length = 0;
  for (const Client of CLIENTS)
    jest
      .spyOn(Client.prototype as unknown as { send: (command: unknown) => Promise<object> }, 'send')
      .mockImplementation((command) => {
        const name = (command as object).constructor.name.replace(/Command$/, '');
        const { input } = command as { input: Record<string, unknown> };
        sent.push({ name, input });
        const answer = answers[name];
        if (answer === undefined) return Promise.reject(new Error(`nobody answers ${name}`));
        const said = typeof answer === 'function' ? (answer as (input: unknown) => object)(input) : answer;
        return said instanceof Error ? Promise.reject(said) : Promise.resolve(said);
      });
}
const fault = (name: string): Error => Object.assign(new Error(name), { name });
/** One after the other; the last stays. */
const inTurn = (...answers: readonly object[]): (() => object) => {
  let next = 0;
  return () => answers[Math.min(next++, answers.length - 1)] ?? {};
};

const lines: string[] = [];
let clock = Date.now();
const { config, names } = operationsContext('dev', false);
const context = {
  ...{ config, names, connection: {}, embedded: false },
  // Ten milliseconds a look, however busy the machine is.
  now: () => new Date((clock += 10)),
  patienceMilliseconds: 40,
  pollMilliseconds: 1,
  print: (line: string) => lines.push(line),
} as unknown as ContactContext;
const exercise = (id: string): Exercise => {
  const found = EXERCISES.find((each) => each.id === id);
  if (found === undefined) throw new Error(id);
  return found;
};
afterEach(() => jest.restoreAllMocks());
beforeEach(() => {
  lines.length = 0;
});

describe('a canary', () => {
  const MADE: Readonly<Record<string, Answer>> = {
    CreateRole: { Role: { Arn: 'arn:aws:iam::111122223333:role/canary' } },
    PutRolePolicy: {},
    GetFunctionConfiguration: {
      State: 'Active',
      LastUpdateStatus: 'Successful',
      Role: 'arn:aws:iam::111122223333:role/query',
      VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] },
    },
    CreateFunction: {},
    CreateAlias: {},
    UpdateFunctionCode: {},
    PutMetricAlarm: {},
    CreateApplication: {},
    CreateDeployment: { deploymentId: 'd-1' },
    Invoke: { StatusCode: 200 },
  };
  // https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentInfo.html
  const stopped = {
    deploymentInfo: {
      status: 'Stopped',
      errorInformation: { code: 'ALARM_ACTIVE', message: 'One or more alarms have been activated' },
      rollbackInfo: { rollbackDeploymentId: 'd-2' },
    },
  };
  const shift = (deployment: object, alias: object) =>
    answering({
      ...MADE,
      PublishVersion: inTurn({ Version: '1' }, { Version: '2' }),
      // A role that was just made.
      CreateDeploymentGroup: inTurn(fault('InvalidRoleException'), {}),
      GetDeployment: ({ deploymentId }) =>
        deploymentId === 'd-2' ? { deploymentInfo: { status: 'Succeeded' } } : deployment,
      GetAlias: alias,
    });
  const run = () => exercise('canary-rolls-back').run(context);

  test('that the alarm stops, and whose alias goes back, is as expected', async () => {
    shift(stopped, { FunctionVersion: '1' });
    expect(await run()).toEqual({
      outcome: 'as expected',
      seen: 'deployment Stopped (ALARM_ACTIVE), rolled back by d-2; the alias leads to version 1, the one before was 1',
    });
    const spec = sent.find(({ name }) => name === 'CreateDeployment')?.input['revision'] as {
      appSpecContent: { content: string };
    };
    expect(JSON.parse(spec.appSpecContent.content)).toMatchObject({
      Resources: [{ canary: { Properties: { Alias: 'live', CurrentVersion: '1', TargetVersion: '2' } } }],
    });
    const alarm = sent.find(({ name }) => name === 'PutMetricAlarm')?.input['Dimensions'];
    expect(alarm).toContainEqual({ Name: 'ExecutedVersion', Value: '2' });
  });

  test.each<[string, object, object]>([
    ['that reaches everybody', { deploymentInfo: { status: 'Succeeded' } }, { FunctionVersion: '2' }],
    ['whose alias stays', stopped, { FunctionVersion: '2' }],
    [
      'whose alias still leads some to it',
      stopped,
      { FunctionVersion: '1', RoutingConfig: { AdditionalVersionWeights: { '2': 0.1 } } },
    ],
    [
      'that something else stops',
      { deploymentInfo: { status: 'Failed', errorInformation: { code: 'IAM_ROLE_PERMISSIONS' } } },
      { FunctionVersion: '1' },
    ],
    ['that never ends', { deploymentInfo: { status: 'InProgress' } }, { FunctionVersion: '1' }],
  ])('%s is otherwise', async (_what, deployment, alias) => {
    shift(deployment, alias);
    expect((await run()).outcome).toBe('otherwise');
  });

  test.each([
    [
      'that cannot be called',
      { State: 'Failed', StateReason: 'no address is free' },
      /is Failed: no address is free/,
    ],
    [
      'whose new version fails',
      { State: 'Active', LastUpdateStatus: 'Failed', LastUpdateStatusReason: 'no code' },
      /is Failed: no code/,
    ],
    ['that is never ready', { State: 'Pending' }, /is still not ready/],
  ])('of a function %s shifts nothing', async (_what, configuration, why) => {
    answering({ ...MADE, PublishVersion: { Version: '1' }, GetFunctionConfiguration: configuration });
    await expect(run()).rejects.toThrow(why);
    expect(named()).not.toContain('CreateDeploymentGroup');
  });

  test('leaves nothing, whatever of it was made', async () => {
    const { cleanUp } = exercise('canary-rolls-back');
    const name = names.of('first-contact-canary');
    answering({
      GetApplication: { application: {} },
      DeleteApplication: {},
      DescribeAlarms: { MetricAlarms: [{ AlarmName: name }] },
      DeleteAlarms: {},
      DeleteFunction: {},
      DeleteRolePolicy: {},
      DeleteRole: {},
    });
    expect(await cleanUp?.(context)).toEqual([
      `application ${name}`,
      `alarm ${name}`,
      `function ${name}`,
      `policy of role ${names.role('first-contact-canary')}`,
      `role ${names.role('first-contact-canary')}`,
    ]);
    answering({
      GetApplication: fault('ApplicationDoesNotExistException'),
      DescribeAlarms: {},
      DeleteFunction: fault('ResourceNotFoundException'),
      DeleteRolePolicy: fault('NoSuchEntityException'),
      DeleteRole: fault('NoSuchEntityException'),
    });
    expect(await cleanUp?.(context)).toEqual([]);
  });
});

describe('a backup and a restore', () => {
  const points = {
    RecoveryPoints: [
      { RecoveryPointArn: 'arn:old', Status: 'COMPLETED', CreationDate: new Date(1) },
      { RecoveryPointArn: 'arn:new', Status: 'COMPLETED', CreationDate: new Date(2) },
      { RecoveryPointArn: 'arn:partial', Status: 'PARTIAL', CreationDate: new Date(3) },
    ],
  };
  // https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DescribeBackupJob.html
  test('that complete are as expected; the restore is of the newest whole point', async () => {
    answering({
      StartBackupJob: { BackupJobId: 'b-1' },
      DescribeBackupJob: inTurn({ State: 'CREATED' }, { State: 'RUNNING' }, { State: 'COMPLETED' }),
    });
    expect(await exercise('backup').run(context)).toEqual({
      outcome: 'as expected',
      seen: 'backup COMPLETED',
    });
    answering({
      ListRecoveryPointsByBackupVault: points,
      GetRecoveryPointRestoreMetadata: { RestoreMetadata: { encryptionType: 'KMS' } },
      StartRestoreJob: { RestoreJobId: 'r-1' },
      DescribeRestoreJob: inTurn({ Status: 'PENDING' }, { Status: 'COMPLETED' }),
      DescribeTable: { Table: { TableStatus: 'ACTIVE', SSEDescription: { KMSMasterKeyArn: 'arn:key' } } },
    });
    expect((await exercise('restore').run(context)).outcome).toBe('as expected');
    expect(sent.find(({ name }) => name === 'StartRestoreJob')?.input['RecoveryPointArn']).toBe('arn:new');
  });

  test('that fail say so in AWS’s words', async () => {
    answering({
      StartBackupJob: { BackupJobId: 'b-1' },
      DescribeBackupJob: { State: 'FAILED', StatusMessage: 'Access denied' },
    });
    expect(await exercise('backup').run(context)).toEqual({
      outcome: 'otherwise',
      seen: 'backup FAILED Access denied',
    });
    answering({ ListRecoveryPointsByBackupVault: {} });
    expect((await exercise('restore').run(context)).outcome).toBe('otherwise');
  });
});

describe('an event that AWS alone can send', () => {
  const metric = (invoked: number, failed: number) => ({
    GetMetricStatistics: ({ MetricName }: Record<string, unknown>) => ({
      Datapoints: [{ Sum: MetricName === 'Invocations' ? invoked : failed }],
    }),
  });
  const CAUSES: Readonly<Record<string, Readonly<Record<string, Answer>>>> = {
    'event-backup-copy-failed': {
      ListRecoveryPointsByBackupVault: {
        RecoveryPoints: [{ RecoveryPointArn: 'arn:new', Status: 'COMPLETED', CreationDate: new Date(1) }],
      },
      StartCopyJob: { CopyJobId: 'c-1' },
    },
    'event-rule-not-compliant': {
      // A hundred other rules fill the first page where nobody names this one.
      DescribeConfigRules: ({ ConfigRuleNames: asked = ['another'] }) => ({
        ConfigRules: (asked as string[]).map((ConfigRuleName) => ({ ConfigRuleName })),
      }),
      CreateTopic: { TopicArn: 'arn:topic' },
      StartConfigRulesEvaluation: {},
    },
    'event-external-access-found': {
      ListAnalyzers: { analyzers: [{ arn: 'arn:analyzer', status: 'ACTIVE' }] },
      CreateRole: { Role: { Arn: 'arn:role' } },
      StartResourceScan: {},
    },
  };

  test.each(Object.entries(CAUSES))('%s: is caused, and the rule hands it on', async (id, answers) => {
    answering({ ...answers, ...metric(1, 0) });
    expect((await exercise(id).run(context)).outcome).toBe('as expected');
    expect(named()).toEqual(expect.arrayContaining(Object.keys(answers)));
    // That it fails to, or never comes, is otherwise.
    answering({ ...answers, ...metric(1, 1) });
    expect((await exercise(id).run(context)).outcome).toBe('otherwise');
    answering({ ...answers, ...metric(0, 0) });
    expect((await exercise(id).run(context)).outcome).toBe('otherwise');
  });

  test('the role that an analyzer finds may do nothing, and nobody can take it', async () => {
    answering({ ...CAUSES['event-external-access-found'], ...metric(1, 0) });
    await exercise('event-external-access-found').run(context);
    const input = sent.find(({ name }) => name === 'CreateRole')?.input ?? {};
    expect(input['PermissionsBoundary']).toBe(names.permissionsBoundaryArn);
    expect(String(input['AssumeRolePolicyDocument'])).toMatch(/"sts:ExternalId":"[0-9a-f-]{36}"/);
    expect(named()).not.toContain('PutRolePolicy');
  });

  test('where the organisation asks instead of the account, and of AWS Health, says so', async () => {
    answering({
      DescribeConfigRules: fault('NoSuchConfigRuleException'),
      ...{ ListAnalyzers: {}, ListRecoveryPointsByBackupVault: {} },
    });
    for (const id of [...Object.keys(CAUSES), 'event-service-event'])
      expect([id, (await exercise(id).run(context)).outcome]).toEqual([id, 'not shown']);
  });
});

test('messages of ours are taken out of a queue of many others, and those are left', async () => {
  const others = Array.from({ length: 10 }, (_, index) => ({ MessageId: `other-${index}`, Body: '{}' }));
  const ours = { MessageId: 'ours', Body: '{"text":"first-contact 2026"}', ReceiptHandle: 'r-1' };
  answering({
    GetQueueUrl: { QueueUrl: 'https://queue' },
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html: at most ten.
    ReceiveMessage: inTurn({ Messages: others }, { Messages: [ours] }, {}),
    DeleteMessage: {},
  });
  expect(await exercise('message-dies').cleanUp?.(context)).toEqual([
    `message ours in ${names.intakeDeadLetterQueue}`,
  ]);
  expect(
    sent.filter(({ name }) => name === 'DeleteMessage').map(({ input }) => input['ReceiptHandle']),
  ).toEqual(['r-1']);
  expect(sent.find(({ name }) => name === 'ReceiveMessage')?.input['WaitTimeSeconds']).toBe(5);
});

describe('a run that is ended in its middle', () => {
  const there = new Set<string>();
  const makes = (what: string, run: Exercise['run']): Exercise => ({
    id: what,
    edge: 'a → b',
    contracts: [],
    expected: 'an answer',
    does: 'makes a thing',
    cost: 'nothing',
    run: async (each) => {
      there.add(what);
      return run(each);
    },
    cleanUp: () => Promise.resolve(there.delete(what) ? [what] : []),
  });
  const never = makes('thing', () => new Promise(() => undefined));
  beforeEach(() => there.clear());

  test('is cleaned up after by the next, which tells what was left before it does anything', async () => {
    // The process is gone: nobody waits for it, and nobody cleans up.
    void firstContact(context, undefined, [never]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect([...there]).toEqual(['thing']);
    lines.length = 0;
    const next = makes('thing', () => {
      // What the first left is gone by then.
      expect(lines).toEqual(['thing: took away thing']);
      return Promise.resolve({ outcome: 'as expected', seen: 'an answer' });
    });
    expect(await firstContact(context, undefined, [next])).toBe(true);
    expect([...there]).toEqual([]);
  });

  /** Runs them, and ends the run by a signal once the first is under way. */
  async function endInTheMiddle(exercises: readonly Exercise[]): Promise<void> {
    setTimeout(() => process.emit('SIGINT', 'SIGINT'), 20);
    await expect(
      untilEnded(context, (ended) => firstContact({ ...context, ended }, undefined, exercises), exercises),
    ).rejects.toThrow(InterruptedError);
    expect(process.listenerCount('SIGINT')).toBe(listeners);
  }
  const listeners = process.listenerCount('SIGINT');
  const forAnHour = { patienceMilliseconds: 3_600_000, pollMilliseconds: 3_600_000 };

  test('by a signal ends what is under way, begins nothing else, and then takes away what was made', async () => {
    const waits = makes('thing', async (each) => {
      await eventually({ ...each, ...forAnHour }, () => Promise.resolve(undefined)).catch(
        async (error: unknown) => {
          // What is said to AWS at that moment is answered first, and makes one thing more.
          await new Promise((resolve) => setTimeout(resolve, 20));
          there.add('thing more');
          throw error;
        },
      );
      return { outcome: 'as expected', seen: 'an answer' };
    });
    const more = makes('thing more', () => Promise.reject(new Error('was begun')));
    await endInTheMiddle([waits, more]);
    expect([...there]).toEqual([]);
    expect(lines.join('\n')).not.toContain('was begun');
    expect(lines.join('\n')).toMatch(/Ended by SIGINT[\s\S]*took away thing more\nNothing is left\.$/);
  });

  test('by a signal does not wait for what makes nothing, however long that lasts', async () => {
    const makesNothing = (run: Exercise['run']): Exercise => ({ ...never, run, cleanUp: undefined }) as never;
    await endInTheMiddle([makesNothing(() => new Promise(() => undefined))]);
    await endInTheMiddle([
      makesNothing(async (each) => {
        await pause(each, 3_600_000);
        return { outcome: 'as expected', seen: 'an answer' };
      }),
    ]);
    expect(lines.join('\n')).toContain('Nothing is left.');
  });

  test('by a signal in the search of the trail ends, too', async () => {
    const marked: Exercise = {
      ...makes('marked', (each) => {
        setTimeout(() => process.emit('SIGTERM', 'SIGTERM'), 5);
        return Promise.resolve({ outcome: 'as expected', seen: String(each.embedded) });
      }),
      mark: { name: 'Anything' },
    };
    answering({ LookupEvents: { NextToken: 'more' } });
    await expect(
      untilEnded(context, (ended) => firstContact({ ...context, ended }, undefined, [marked]), [marked]),
    ).rejects.toThrow(InterruptedError);
  });

  test('that nobody ends tells its own fault', async () =>
    expect(untilEnded(context, () => Promise.reject(new Error('own fault')), [])).rejects.toThrow(
      'own fault',
    ));

  test('and that cannot clean up says what it left, and does not hide it in the table', async () => {
    const stuck: Exercise = {
      ...makes('stuck', () => Promise.resolve({ outcome: 'as expected', seen: 'an answer' })),
      cleanUp: () => Promise.reject(fault('AccessDeniedException')),
    };
    expect(await firstContact(context, undefined, [stuck])).toBe(false);
    expect(lines.join('\n')).toMatch(
      /stuck: NOT CLEANED UP: [\s\S]*stuck: otherwise: an answer; NOT CLEANED UP/,
    );
  });
});
