import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { NO_CLIENT, parseInputKey } from '../../lambda/domain/picture-keys';
import type { OperationsContext } from './context';

/** Long enough to send and delete one batch; a crash in between leaves the message in the dead-letter queue. */
const HOLD_SECONDS = 60;
const BATCH = 10;

async function queueUrl({ sqs }: OperationsContext, name: string): Promise<string> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
  if (QueueUrl === undefined) throw new Error(`The queue ${name} has no URL.`);
  return QueueUrl;
}

async function depth({ sqs }: OperationsContext, url: string): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['ApproximateNumberOfMessages'] }),
  );
  return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
}

/** The picture's key, without its content: what an operator needs to recognise a message. */
function describe(message: Message): string {
  try {
    const event = JSON.parse(message.Body ?? '') as { detail?: { object?: { key?: unknown } } };
    return typeof event.detail?.object?.key === 'string' ? event.detail.object.key : 'no picture key';
  } catch {
    return 'not JSON';
  }
}

/** As the arrival rules group messages: many at once are no reason for other clients to wait. */
const groupOf = (message: Message): string => parseInputKey(describe(message))?.clientId ?? NO_CLIENT;

/**
 * Moves what stands in intake's dead-letter queue back to intake: sent first, deleted after, so that a kill in between
 * duplicates a message (intake takes each picture once) and never loses one. At most as many as stood there at the
 * beginning, so that a picture that fails again does not go round.
 * @returns the number moved, or, unconfirmed, the number that would be.
 */
export async function redrive(context: OperationsContext): Promise<number> {
  const { sqs, names, confirmed, print } = context;
  const from = await queueUrl(context, names.intakeDeadLetterQueue);
  const to = await queueUrl(context, names.intakeQueue);
  const standing = await depth(context, from);
  print(`${names.intakeDeadLetterQueue}: about ${standing} messages`);
  if (!confirmed) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: from, MaxNumberOfMessages: BATCH, VisibilityTimeout: 0 }),
    );
    for (const message of Messages) print(`  would move ${describe(message)}`);
    return standing;
  }
  let moved = 0;
  while (moved < standing) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: from,
        MaxNumberOfMessages: Math.min(BATCH, standing - moved),
        VisibilityTimeout: HOLD_SECONDS,
        WaitTimeSeconds: 1,
      }),
    );
    if (Messages.length === 0) break;
    for (const message of Messages) {
      await sqs.send(
        new SendMessageCommand({ QueueUrl: to, MessageBody: message.Body, MessageGroupId: groupOf(message) }),
      );
      await sqs.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle: message.ReceiptHandle }));
      moved += 1;
      print(`  moved ${describe(message)}`);
    }
  }
  return moved;
}
