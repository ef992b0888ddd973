import { cloneState } from '../../support/in-memory-aws';
import { apiEvent, InMemorySystem, label } from '../../support/in-memory-system';
import { jpegPicture } from '../../support/sample-pictures';

class Killed extends Error {
  override readonly name = 'Killed';
}

interface Scenario {
  readonly name: string;
  readonly confidence: number;
  readonly folder: string;
  readonly reviews: number;
}

const SCENARIOS: Scenario[] = [
  { name: 'a clear picture', confidence: 97, folder: 'dogs', reviews: 0 },
  { name: 'an uncertain picture', confidence: 70, folder: 'review', reviews: 1 },
];

/** Kills the process at the n-th moment: before a call for even n, after it for odd. */
function killAt(system: InMemorySystem, moments: number[]): () => number {
  let moment = 0;
  let dead = false;
  const tick = () => {
    if (moments.includes(moment)) dead = true;
    moment += 1;
    if (dead) throw new Killed();
  };
  system.around = async (_call, run) => {
    tick();
    const result = await run();
    tick();
    return result;
  };
  return () => moment;
}

/** Everything ends at once when killed: what the same process would still do must not happen. */
async function deliverUntilConsumed(
  system: InMemorySystem,
  key: string,
  versionId: string,
  moments: number[],
) {
  for (let receive = 1; receive <= 6; receive += 1) {
    const [current, ...later] = moments;
    killAt(system, current === undefined ? [] : [current]);
    moments = later;
    // The last receive would mark a failure; here the picture may be received as often as it is killed.
    if (await system.deliver({ key, versionId, receive: 1 })) return;
    system.leaseExpires();
  }
  throw new Error('never consumed');
}

describe.each(SCENARIOS)('$name, killed anywhere and delivered again', ({ confidence, folder, reviews }) => {
  const begin = async () => {
    const system = new InMemorySystem();
    system.labels = [label('Dog', confidence)];
    const picture = await jpegPicture();
    const body = { fileName: 'rex.jpg', contentType: 'image/jpeg', size: picture.length };
    const answer = await system.upload(apiEvent({ body }));
    const { imageId } = JSON.parse(answer.body) as { imageId: string };
    const key = `input/${imageId}.jpg`;
    return { system, imageId, key, versionId: system.pictures.post(key, picture) };
  };

  const expectDone = (system: InMemorySystem, imageId: string, kills: number) => {
    expect(system.pictures.keys()).toEqual([`${folder}/${imageId}.jpg`]);
    const record = system.state.records.get(imageId);
    expect(record).toMatchObject({
      ProcessingStatus: 'completed',
      S3Location: `s3://pictures/${folder}/${imageId}.jpg`,
    });
    expect(record?.AnnouncementDue).toBeUndefined();
    expect(system.state.reviews.length).toBeGreaterThanOrEqual(reviews);
    expect(system.state.reviews.length).toBeLessThanOrEqual(reviews * (kills + 1));
    expect(system.state.paidCalls.length).toBeLessThanOrEqual(1 + kills);
  };

  test('once, and twice', async () => {
    const { system, imageId, key, versionId } = await begin();
    const start = cloneState(system.state);
    const count = killAt(system, []);
    await system.deliver({ key, versionId });
    const moments = count();
    expect(moments).toBeGreaterThan(10);
    expectDone(system, imageId, 0);
    for (let first = 0; first < moments; first += 1) {
      system.state = cloneState(start);
      await deliverUntilConsumed(system, key, versionId, [first]);
      expectDone(system, imageId, 1);
      for (let second = 0; second < moments; second += 1) {
        system.state = cloneState(start);
        await deliverUntilConsumed(system, key, versionId, [first, second]);
        expectDone(system, imageId, 2);
      }
    }
  });

  test('and erased at any moment: nothing of it is left', async () => {
    const { system, imageId, key, versionId } = await begin();
    const start = cloneState(system.state);
    const count = killAt(system, []);
    await system.deliver({ key, versionId });
    const moments = count();
    for (let erasedAt = 0; erasedAt < moments; erasedAt += 1) {
      system.state = cloneState(start);
      let moment = 0;
      const eraseWhenDue = async () => {
        if (moment++ !== erasedAt) return;
        const around = system.around;
        system.around = (_call, run) => run();
        expect((await system.erase(apiEvent({ id: imageId }))).statusCode).toBe(204);
        system.around = around;
      };
      system.around = async (_call, run) => {
        await eraseWhenDue();
        const result = await run();
        await eraseWhenDue();
        return result;
      };
      for (let receive = 1; !(await system.deliver({ key, versionId, receive: 1 })); receive += 1) {
        if (receive > 5) throw new Error(`never consumed, erased at ${erasedAt}`);
        system.leaseExpires();
      }
      expect([...system.state.objects.keys()]).toEqual([]);
      expect(system.state.records.size).toBe(0);
    }
  });
});
