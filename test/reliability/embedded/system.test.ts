import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { readFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { leaseSeconds } from '../../../lib/constructs/processing/time-limits';
import { prepareSamples } from '../../../local/samples/prepare';
import { CACHE_DIRECTORY } from '../../../tools/setup/project-paths';
import { silentProgress } from '../../../tools/setup/progress';
import {
  askForForm,
  somePicture,
  TestSystem,
  untilStatus,
  uploadInline,
} from '../../integration/system/test-system';
import { IS_DEEP, SEED, seededRandom } from '../depth';
import { allRecords, faultsOf, nextStart, sendAll, untilDone } from './flow';
import { killSomeFunction } from './function-processes';

const TRANSACTIONS_PER_SECOND = 5;
const BURST = IS_DEEP ? 200 : 30;
const FLOW = IS_DEEP ? 200 : 15;
const KILLS = IS_DEEP ? 100 : 12;
const VISITS = IS_DEEP ? 10 : 4;
/** Of one form, each after the first brings what nobody asked for; and pictures by the API. */
const FLOOD = { posts: 60, pictures: IS_DEEP ? 250 : 100 };
const UNCERTAIN_EACH = 5;
/** What Rekognition may take for an answer. */
const REKOGNITION_MILLISECONDS = 400;
const PATIENCE_SECONDS = IS_DEEP ? 280 : 100;

jest.setTimeout(1000 * (PATIENCE_SECONDS + 60));

/** The deployed system under overload, and with its functions killed under it. One embedded AWS for both. */
describe('the deployed system', () => {
  let system: TestSystem;
  /** Processes that wanted a processor in the minute before, for each there is: a busy machine says nothing of drains. */
  const loadBefore = (loadavg()[0] ?? 0) / availableParallelism();
  beforeAll(async () => {
    system = await TestSystem.start({ rekognitionTransactionsPerSecond: TRANSACTIONS_PER_SECOND });
  }, 180_000);
  afterAll(() => system.stop());

  const queue = (name: string) => ({ QueueUrl: system.queueUrl(name) });
  const deadLetters = async (): Promise<number> => {
    const { Attributes } = await system.aws.clients.sqs.send(
      new GetQueueAttributesCommand({
        ...queue(system.aws.names.intakeDeadLetterQueue),
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    return Object.values(Attributes ?? {}).reduce((sum, count) => sum + Number(count), 0);
  };

  it(`takes a burst of ${BURST} pictures while Rekognition admits ${TRANSACTIONS_PER_SECOND} a second`, async () => {
    const { rekognition } = system.aws;
    rekognition.setLatency(REKOGNITION_MILLISECONDS);
    const before = { ...rekognition.counters };
    const pictures = await Promise.all(Array.from({ length: BURST }, () => somePicture()));
    const begin = Date.now();
    const firstCall = (async () => {
      while (rekognition.counters.calls === before.calls) await delay(20);
      return Date.now();
    })();
    const sent = await sendAll(system, pictures);
    await untilDone(system, sent, PATIENCE_SECONDS);
    rekognition.setLatency(0);
    const startUp = ((await firstCall) - begin) / 1000;
    const drain = (Date.now() - begin) / 1000 - startUp;
    const floor = BURST / TRANSACTIONS_PER_SECOND;
    const calls = rekognition.counters.calls - before.calls;
    process.stdout.write(
      `Burst: ${BURST} pictures, start-up ${startUp.toFixed(1)} s, drain ${drain.toFixed(1)} s ` +
        `(${(drain / floor).toFixed(3)} × floor), ${(calls / BURST).toFixed(3)} calls a picture, ` +
        `${await deadLetters()} dead letters\n`,
    );
    expect(await faultsOf(system, sent)).toEqual([]);
    expect(await deadLetters()).toBe(0);
    expect(rekognition.counters.succeeded - before.succeeded).toBe(BURST);
    // However slow this machine is: every start had a time of its own.
    expect(await nextStart(system)).toBeGreaterThanOrEqual(begin + 1000 * floor);
    if (!IS_DEEP) return;
    expect(calls).toBeLessThanOrEqual(1.05 * BURST);
    if (loadBefore < 1) expect(drain / floor).toBeLessThanOrEqual(1.1);
    else
      process.stdout.write(
        `Drain not evaluated: other work took ${loadBefore.toFixed(1)} of each processor\n`,
      );
  });

  it('makes no client wait twice as long because another floods it, by one form and by the API', async () => {
    const { rekognition, names, clients, config } = system.aws;
    // A workflow then takes what the stage is configured for.
    rekognition.setLatency(1000 * config.workflow.expectedSeconds - 300);
    const bytes = await somePicture();
    const seconds = async () => {
      const took: number[] = [];
      for (let visit = 0; visit < VISITS; visit += 1) {
        const begin = Date.now();
        await untilStatus(system.partner, await uploadInline(system.partner, bytes), 'completed');
        took.push((Date.now() - begin) / 1000);
      }
      return took.sort((a, b) => a - b);
    };
    const waiting = async () => {
      const { Attributes } = await clients.sqs.send(
        new GetQueueAttributesCommand({
          ...queue(names.intakeQueue),
          AttributeNames: ['ApproximateNumberOfMessages'],
        }),
      );
      return Number(Attributes?.ApproximateNumberOfMessages);
    };
    // The first one waits for functions to start.
    await seconds();
    const quiet = await seconds();
    const { upload } = await askForForm(system.demo, bytes.length);
    const flood = await sendAll(system, Array<Buffer>(FLOOD.pictures).fill(bytes));
    for (let post = 0; post < FLOOD.posts; post += 1) await system.demo.postForm(upload, bytes);
    const flooded = await seconds();
    const stillWaiting = await waiting();
    const middle = (times: readonly number[]) => times[Math.floor(times.length / 2)] ?? NaN;
    process.stdout.write(
      `Fairness: alone ${quiet.map((s) => s.toFixed(1)).join(', ')} s; ` +
        `beside a flood ${flooded.map((s) => s.toFixed(1)).join(', ')} s, ${stillWaiting} of it still waiting\n`,
    );
    // Else nobody was in the way.
    expect(stillWaiting).toBeGreaterThan(0);
    expect(middle(flooded)).toBeLessThanOrEqual(2 * middle(quiet));
    rekognition.setLatency(0);
    await untilDone(system, flood, PATIENCE_SECONDS);
    expect(await deadLetters()).toBe(0);
  });

  it('answers 429 and nothing worse to whoever asks faster than allowed', async () => {
    const body = JSON.stringify({ fileName: 'p.jpg', contentType: 'image/jpeg', size: 5000 });
    const ask = (index: number) =>
      index % 2 === 0
        ? system.partner.call('/images?limit=1')
        : system.partner.call('/upload', { method: 'POST', body });
    const counts = new Map<number, number>();
    let asked = 0;
    // A few callers without a pause: this machine, unlike AWS, cannot start a function for each of a hundred at once.
    const caller = async () => {
      while (asked < 80) {
        const { status } = await ask(asked++);
        counts.set(status, (counts.get(status) ?? 0) + 1);
      }
    };
    await Promise.all([caller(), caller(), caller(), caller()]);
    expect([...counts.keys()].filter((status) => ![200, 201, 429].includes(status))).toEqual([]);
    expect(counts.get(429) ?? 0).toBeGreaterThan(0);
  });

  it(`brings ${FLOW} pictures to their place though its functions are killed ${KILLS} times`, async () => {
    const { aws } = system;
    const { clients, names, config } = aws;
    aws.rekognition.setTransactionsPerSecond(1000);
    const VISIBILITY_SECONDS = 6;
    // Redelivered after seconds, not minutes, as often as it takes: what is tested is the state, not the patience.
    await clients.sqs.send(
      new SetQueueAttributesCommand({
        ...queue(names.intakeQueue),
        Attributes: {
          VisibilityTimeout: String(VISIBILITY_SECONDS),
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: names.queueArn(names.intakeDeadLetterQueue),
            maxReceiveCount: 1000,
          }),
        },
      }),
    );
    const samples = await prepareSamples(CACHE_DIRECTORY, silentProgress);
    const uncertain = await readFile(
      samples.find(({ file }) => file.endsWith('cat-and-dog.jpg'))?.file ?? '',
    );
    const pictures = await Promise.all(
      Array.from({ length: FLOW }, async (_, index) =>
        index % UNCERTAIN_EACH === 0 ? uncertain : await somePicture(),
      ),
    );
    const random = seededRandom(SEED);
    const callsBefore = aws.rekognition.counters.calls;
    let isOver = false;
    let kills = 0;
    const killer = async () => {
      while (!isOver && kills < KILLS) {
        await delay(50 + 400 * random());
        if (await killSomeFunction(aws.emulator, random)) kills += 1;
      }
    };
    /** A message comes back after its holder's lease; here it comes sooner, so the lease has to end as soon. */
    const clock = async () => {
      while (!isOver) {
        await delay(500);
        for (const { ImageID, LeaseUntil = 0 } of (await allRecords(system)).values()) {
          const age = Date.now() - (LeaseUntil - 1000 * leaseSeconds(config));
          if (LeaseUntil < Date.now() || age < 1000 * (VISIBILITY_SECONDS - 1)) continue;
          await clients.dynamodb
            .send(
              new UpdateItemCommand({
                TableName: names.detectionLogsTable,
                Key: { ImageID: { S: ImageID } },
                ConditionExpression: 'LeaseUntil = :until',
                UpdateExpression: 'SET LeaseUntil = :past',
                ExpressionAttributeValues: { ':past': { N: '1' }, ':until': { N: String(LeaseUntil) } },
              }),
            )
            .catch(() => undefined);
        }
      }
    };
    const running = [killer(), clock()];
    try {
      const sent = await sendAll(system, pictures);
      await untilDone(system, sent, PATIENCE_SECONDS);
      while (kills < KILLS) await delay(200);
      await untilDone(system, sent, PATIENCE_SECONDS);
      const reviewed = sent.filter(({ bytes }) => bytes === uncertain).map(({ imageId }) => imageId);
      const asked = new Set<string>();
      for (let round = 0; round < 100 && !reviewed.every((imageId) => asked.has(imageId)); round += 1) {
        for (const { imageId } of await system.inbox.take(1)) asked.add(imageId);
      }
      const calls = aws.rekognition.counters.calls - callsBefore;
      process.stdout.write(
        `Kills: ${FLOW} pictures, ${kills} functions killed, ${calls} paid calls, seed ${SEED}\n`,
      );
      // Whoever was killed last may have decided and not yet cleared away: its message comes back and does the rest.
      const patience = Date.now() + 1000 * PATIENCE_SECONDS;
      while ((await faultsOf(system, sent)).length > 0 && Date.now() < patience) await delay(500);
      isOver = true;
      await Promise.all(running);
      expect(await faultsOf(system, sent)).toEqual([]);
      expect(
        [...asked].filter((imageId) => sent.some((picture) => picture.imageId === imageId)).sort(),
      ).toEqual(reviewed.sort());
      expect(calls).toBeLessThanOrEqual(FLOW + 2 * kills);
    } finally {
      isOver = true;
      await Promise.all(running);
    }
  });
});
