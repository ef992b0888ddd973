import { SQSClient } from '@aws-sdk/client-sqs';
import { createHash } from 'node:crypto';
import { operationsContext } from '../../../bin/operations/context';
import { redrive } from '../../../bin/operations/redrive';

interface Queued {
  readonly id: string;
  readonly body: string;
}

/** Two queues behind the real SDK client; `failOn` names an operation that fails once it was asked so many times. */
class Queues {
  readonly deadLetters: Queued[];
  readonly intake: string[] = [];
  readonly groups: unknown[] = [];
  readonly asked: string[] = [];
  failOn: { operation: string; times: number } | undefined;
  private held = new Set<string>();

  constructor(...bodies: string[]) {
    this.deadLetters = bodies.map((body, index) => ({ id: `m${index}`, body }));
  }

  private answer(operation: string, input: Record<string, unknown>): object {
    switch (operation) {
      case 'GetQueueUrl':
        return { QueueUrl: 'https://sqs.us-east-1.amazonaws.com/111122223333/queue' };
      case 'GetQueueAttributes':
        return { Attributes: { ApproximateNumberOfMessages: String(this.deadLetters.length) } };
      case 'ReceiveMessage': {
        const free = this.deadLetters.filter(({ id }) => !this.held.has(id));
        const taken = free.slice(0, Number(input['MaxNumberOfMessages']));
        if (input['VisibilityTimeout'] !== 0) for (const { id } of taken) this.held.add(id);
        const Messages = taken.map(({ id, body }) => ({
          MessageId: id,
          ReceiptHandle: id,
          Body: body,
          MD5OfBody: createHash('md5').update(body).digest('hex'),
        }));
        return { Messages };
      }
      case 'SendMessage': {
        const body = String(input['MessageBody']);
        this.intake.push(body);
        this.groups.push(input['MessageGroupId']);
        return { MessageId: 'sent', MD5OfMessageBody: createHash('md5').update(body).digest('hex') };
      }
      case 'DeleteMessage':
        this.deadLetters.splice(
          this.deadLetters.findIndex(({ id }) => id === input['ReceiptHandle']),
          1,
        );
        return {};
      default:
        throw new Error(`not expected: ${operation}`);
    }
  }

  client(): SQSClient {
    const client = new SQSClient({
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example' },
    });
    client.middlewareStack.add(
      (_next, { commandName = '' }) =>
        ({ input }) => {
          const operation = commandName.replace('Command', '');
          this.asked.push(operation);
          const soFar = this.asked.filter((name) => name === operation).length;
          if (this.failOn?.operation === operation && soFar >= this.failOn.times) {
            return Promise.reject(new Error('killed'));
          }
          return Promise.resolve({
            response: {},
            output: { $metadata: {}, ...this.answer(operation, input as Record<string, unknown>) },
          } as never);
        },
      { step: 'initialize', name: 'queues' },
    );
    return client;
  }
}

const arrival = (key: string) =>
  JSON.stringify({ 'detail-type': 'Object Created', detail: { object: { key } } });

describe('redriving a dead-letter queue', () => {
  const lines: string[] = [];
  beforeEach(() => (lines.length = 0));
  const contextOf = (queues: Queues, confirmed: boolean) => ({
    ...operationsContext('dev', confirmed),
    sqs: queues.client(),
    print: (line: string) => void lines.push(line),
  });

  test('without confirmation tells what it would move, and changes nothing', async () => {
    const queues = new Queues(arrival('input/a.jpg'), 'not json');
    expect(await redrive(contextOf(queues, false))).toBe(2);
    expect(lines).toEqual([
      'serverlessapp-dev-intake-dlq: about 2 messages',
      '  would move input/a.jpg',
      '  would move not JSON',
    ]);
    expect(queues.intake).toEqual([]);
    expect(queues.deadLetters).toHaveLength(2);
    expect(queues.asked).not.toContain('DeleteMessage');
  });

  test('moves every message as it is, in batches', async () => {
    const bodies = Array.from({ length: 23 }, (_, index) => arrival(`input/${index}.jpg`));
    const queues = new Queues(...bodies);
    expect(await redrive(contextOf(queues, true))).toBe(23);
    expect(queues.intake).toEqual(bodies);
    expect(queues.deadLetters).toEqual([]);
  });

  test('puts every message back into the group of its client, so that a redrive delays nobody else', async () => {
    const id = '7d2c880c-3f9e-433b-9ae6-0a0ca41358d3';
    const queues = new Queues(arrival(`input/${id}.demo.jpg`), arrival(`input/${id}.jpg`), 'not json');
    expect(await redrive(contextOf(queues, true))).toBe(3);
    expect(queues.groups).toEqual(['demo', '-', '-']);
  });

  test.each([
    ['SendMessage', 1],
    ['DeleteMessage', 1],
    ['SendMessage', 3],
    ['DeleteMessage', 3],
  ])('killed at %s number %i loses no message', async (operation, times) => {
    const bodies = ['a', 'b', 'c', 'd'].map((name) => arrival(`input/${name}.jpg`));
    const queues = new Queues(...bodies);
    queues.failOn = { operation, times };
    await expect(redrive(contextOf(queues, true))).rejects.toThrow('killed');
    const somewhere = new Set([...queues.intake, ...queues.deadLetters.map(({ body }) => body)]);
    expect([...somewhere].sort()).toEqual(bodies);
  });

  test('leaves what comes back while it works for the next time', async () => {
    const queues = new Queues(arrival('input/a.jpg'));
    const context = contextOf(queues, true);
    const send = queues.intake.push.bind(queues.intake);
    queues.intake.push = (...bodies) => {
      queues.deadLetters.push({ id: 'back', body: arrival('input/a.jpg') });
      return send(...bodies);
    };
    expect(await redrive(context)).toBe(1);
    expect(queues.deadLetters.map(({ id }) => id)).toEqual(['back']);
  });
});
