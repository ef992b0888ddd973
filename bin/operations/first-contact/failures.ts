import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import {
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import {
  type AccountContext,
  type ContactContext,
  eventually,
  type Exercise,
  evaluated,
  type Seen,
  settingsOf,
  takenAway,
} from './exercise';

const queueUrl = async (client: SQSClient, QueueName: string): Promise<string> =>
  (await client.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl ?? '';

/** Waits for a message that holds a text, and takes it away. */
async function arrived(context: ContactContext, queue: string, text: string): Promise<Seen> {
  const client = new SQSClient(settingsOf(context));
  const QueueUrl = await queueUrl(client, queue);
  const found = await eventually(context, async () => {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        ...{ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 5 },
        MessageAttributeNames: ['All'],
      }),
    );
    return Messages.find(({ Body = '' }) => Body.includes(text));
  });
  if (found !== undefined)
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: found.ReceiptHandle }));
  return evaluated(
    found !== undefined,
    found === undefined ? `nothing came to ${queue}` : `it lay in ${queue}`,
  );
}

const FAILING = 'first-contact-fails';

/** What every message of ours begins with, so that one which nobody waited for is known for ours. */
const MARK = 'first-contact ';
/** As long as the whole queue is looked through; then those that are not ours can be seen again. */
const LOOK_SECONDS = 60;

/**
 * Takes our own messages out of a queue that nobody waited at to the end, and leaves all others. A long poll asks all of a
 * queue's servers, a short one some: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
 */
async function taken(context: AccountContext, queue: string): Promise<string[]> {
  const client = new SQSClient(settingsOf(context));
  const QueueUrl = await queueUrl(client, queue);
  const until = context.now().getTime() + LOOK_SECONDS * 1000;
  const away: string[] = [];
  while (context.now().getTime() < until) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 5,
        VisibilityTimeout: LOOK_SECONDS,
      }),
    );
    if (Messages.length === 0) break;
    for (const { Body = '', MessageId = '', ReceiptHandle } of Messages) {
      if (!Body.includes(MARK)) continue;
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      away.push(`message ${MessageId} in ${queue}`);
    }
  }
  return away;
}

/** What is to end in a dead-letter queue, and does not get lost. */
export const FAILURES: readonly Exercise[] = [
  {
    id: 'message-dies',
    edge: 'SQS intake → intake function → dead-letter queue',
    contracts: [],
    expected: 'the message comes to the dead-letter queue after its receives',
    does: 'sends a message to the intake queue that is no event, and takes it from the dead-letter queue',
    cost: 'nothing; takes as long as all its receives, up to an hour, and sets off the alarm of the queue',
    needsAws: 'all receives of a message last longer than anybody waits for it; the tests shorten them',
    run: async (context) => {
      const client = new SQSClient(settingsOf(context));
      const text = `${MARK}${context.now().toISOString()}`;
      await client.send(
        new SendMessageCommand({
          QueueUrl: await queueUrl(client, context.names.intakeQueue),
          MessageBody: JSON.stringify({ text }),
        }),
      );
      return arrived(context, context.names.intakeDeadLetterQueue, text);
    },
    cleanUp: (context) => taken(context, context.names.intakeDeadLetterQueue),
  },
  {
    id: 'schedule-fails',
    edge: 'EventBridge Scheduler → failure queue, under its key',
    contracts: [],
    expected: 'what could not be started lies in the failure queue',
    does: 'makes a schedule in the group of the rotations that starts, in a minute and once, a version of a state machine that there is not; deletes it',
    cost: 'nothing',
    needsAws: 'its schedules do not retry, and leave nothing behind',
    mark: { name: 'CreateSchedule', holds: FAILING },
    run: async (context) => {
      const client = new SchedulerClient(settingsOf(context));
      const { names } = context;
      const GroupName = names.scheduleGroup;
      const { Target, KmsKeyArn } = await client.send(
        new GetScheduleCommand({ GroupName, Name: names.cursorKeyRotation }),
      );
      const text = `${MARK}${context.now().toISOString()}`;
      const at = new Date(context.now().getTime() + 60_000).toISOString().slice(0, 19);
      await client.send(
        new CreateScheduleCommand({
          GroupName,
          Name: names.of(FAILING),
          ScheduleExpression: `at(${at})`,
          FlexibleTimeWindow: { Mode: 'OFF' },
          KmsKeyArn,
          Target: {
            ...Target,
            Arn: `${Target?.Arn ?? ''}:999`,
            RoleArn: Target?.RoleArn,
            Input: JSON.stringify({ text }),
            RetryPolicy: { MaximumRetryAttempts: 0 },
          },
        }),
      );
      return arrived(context, names.failureQueue, text);
    },
    cleanUp: async (context) => {
      const { names } = context;
      const at = { GroupName: names.scheduleGroup, Name: names.of(FAILING) };
      return [
        ...(await takenAway(`schedule ${at.Name}`, () =>
          new SchedulerClient(settingsOf(context)).send(new DeleteScheduleCommand(at)),
        )),
        ...(await taken(context, names.failureQueue)),
      ];
    },
  },
];
