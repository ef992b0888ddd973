import * as fc from 'fast-check';
import { AS_WRITTEN, FairQueue, type FairReading, type Waiting } from '../../../tools/simulation/fair-queue';
import { READINGS } from '../../../tools/simulation/scenarios';

/**
 * What AWS says of fair queues, in two pages and a post, sentence by sentence; nothing of how our model does it.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html
 * https://aws.amazon.com/about-aws/whats-new/2025/07/amazon-sqs-fair-queues-multi-tenant-workloads/
 */
const message = (client: string, arrivedAt: number): Waiting => ({ client, arrivedAt });

/** A queue in which one tenant has a backlog and so many messages in flight, for long enough to be known. */
function withNoisy(
  reading: FairReading,
  names: readonly string[] = ['A'],
  inFlight = 200,
): FairQueue<Waiting> {
  const queue = new FairQueue<Waiting>(reading);
  for (const name of names) for (let index = 0; index < 1000; index++) queue.add(message(name, 0));
  for (let index = 0; index < inFlight; index++) queue.take(0);
  // It holds them for a minute; then the queue looks again.
  const held = queue.take(60);
  if (held) queue.release(held.client, 60);
  return queue;
}

describe.each(READINGS)('a fair queue, $name', (reading) => {
  it('"whenever a quiet tenant\'s message is available, consumers receive it" before those of noisy ones', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('B', 'C', 'D'), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 61, max: 200 }),
        (quiet, now) => {
          const queue = withNoisy(reading);
          quiet.forEach((client, index) => queue.add(message(client, now - 0.001 * index)));
          const taken = quiet.map(() => queue.take(now)?.client);
          expect([...taken].sort()).toEqual([...quiet].sort());
          expect(queue.take(now)?.client).toBe('A');
        },
      ),
    );
  });

  it('"noisy neighbor messages are not dropped or throttled": with no quiet message waiting they come as always', () => {
    const queue = withNoisy(reading);
    // 200 in flight, one taken and given back as done.
    const left = Array.from({ length: 1000 }, () => queue.take(61)).filter((taken) => taken !== undefined);
    expect(left).toHaveLength(799);
  });

  it('of several noisy tenants, "the one with the fewest messages in flight" comes first', () => {
    const queue = withNoisy(reading, ['A', 'Z'], 400);
    const before = Array.from({ length: 100 }, () => queue.take(120)?.client);
    const count = (client: string) => before.filter((each) => each === client).length;
    // However the first 400 fell, both are served from now on.
    expect(count('A') + count('Z')).toBe(100);
    for (let index = 0; index < 50; index++) queue.release('Z', 121);
    expect(queue.take(122)?.client).toBe('Z');
  });

  it('in a steady state, without a backlog, messages come in the order in which they arrived', () => {
    const queue = new FairQueue<Waiting>(reading);
    for (let index = 0; index < 200; index++) {
      const client = 'ABCD'.charAt(index % 4);
      queue.add(message(client, index));
      expect(queue.take(index)?.arrivedAt).toBe(index);
      queue.release(client, index + 0.5);
    }
  });

  it('a tenant whose backlog is used up and who sent nothing for five minutes is quiet again', () => {
    const queue = withNoisy(reading);
    while (queue.take(61));
    for (let index = 0; index < 999; index++) queue.release('A', 62);
    const later = 62 + 10 * 600 + 300;
    queue.add(message('A', later));
    queue.add(message('B', later + 1));
    expect(queue.take(later + 2)?.client).toBe('A');
  });
});

it('without groups the oldest comes first, whoever floods: "regular queues deliver older messages first"', () => {
  const queue = new FairQueue<Waiting>(undefined);
  for (let index = 0; index < 100; index++) queue.add(message('A', 0));
  queue.add(message('B', 1));
  expect(Array.from({ length: 101 }, () => queue.take(2)?.client).indexOf('B')).toBe(100);
  expect(AS_WRITTEN.noisyShare).toBe(0.1);
});
