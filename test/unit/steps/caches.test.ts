import { base } from '../../../lib/config/base';
import { decodeCursor, encodeCursor } from '../../../lambda/domain/cursor';
import { clientIdentifier } from '../../../lambda/steps/identify-client';
import { listImages } from '../../../lambda/steps/list-images';
import { signingKeys } from '../../../lambda/steps/signing-keys';
import { thresholdCache } from '../../../lambda/steps/threshold-cache';

const unexpected = (error: unknown): void => {
  throw error;
};
let now: number;
const clock = () => now;
beforeEach(() => (now = 0));

describe('thresholds that were read', () => {
  const good = base.thresholds;
  const source = (...answers: (string | undefined)[]) => {
    let reads = 0;
    return {
      read: () => Promise.resolve(answers[Math.min(reads++, answers.length - 1)]),
      reads: () => reads,
    };
  };

  test('are read again after half a minute, not before', async () => {
    const parameter = source(JSON.stringify(good), JSON.stringify({ ...good, accept: 95 }));
    const read = thresholdCache(parameter, clock, unexpected);
    expect(await read()).toEqual(good);
    now = 29_999;
    expect(await read()).toEqual(good);
    expect(parameter.reads()).toBe(1);
    now = 30_000;
    expect((await read()).accept).toBe(95);
  });

  test.each([
    [undefined, 'ThresholdsMissing'],
    ['nonsense', 'ThresholdsInvalid'],
    ['{"accept":50,"floor":60,"margin":15}', 'ThresholdsInvalid'],
  ])(
    'a bad value (%s) is an error at the start, and told of while the last good one stays',
    async (bad, name) => {
      await expect(thresholdCache(source(bad), clock, unexpected)()).rejects.toMatchObject({
        name,
      });
      const reported: unknown[] = [];
      const parameter = source(JSON.stringify(good), bad, bad, JSON.stringify({ ...good, accept: 91 }));
      const read = thresholdCache(parameter, clock, (error) => reported.push(error));
      await read();
      now += 30_000;
      expect(await read()).toEqual(good);
      expect(reported).toHaveLength(1);
      now += 30_000;
      await read();
      now += 30_000;
      expect((await read()).accept).toBe(91);
    },
  );
});

describe('clients that were read', () => {
  test('a known key is remembered for a minute, then a retired one is refused', async () => {
    let answer: string | undefined = 'demo';
    let reads = 0;
    const identify = clientIdentifier({ clientOfKey: () => (reads++, Promise.resolve(answer)) }, clock);
    expect(await identify('key')).toBe('demo');
    answer = undefined;
    now = 59_999;
    expect(await identify('key')).toBe('demo');
    expect(reads).toBe(1);
    now = 60_000;
    await expect(identify('key')).rejects.toMatchObject({ code: 'unknown-client' });
    answer = 'demo';
    expect(await identify('key')).toBe('demo');
  });
});

describe('cursor keys', () => {
  const key = { ImageID: 'i', ClientID: 'demo' };
  const binding = { clientId: 'demo', order: 'newest' } as const;
  const query = { limit: 1 };

  test('after a rotation the previous key still opens, and a newer one than held is looked up', async () => {
    let current = 'new';
    let previous: string | undefined = 'old';
    let reads = 0;
    const keys = signingKeys(
      { read: (version) => (reads++, Promise.resolve(version === 'AWSCURRENT' ? current : previous)) },
      clock,
    );
    const list = (cursor: string) =>
      listImages(
        { log: { query: () => Promise.resolve({ records: [], lastKey: key }) }, signingKeys: keys },
        'demo',
        { ...query, order: binding.order, cursor },
      );
    const page = await list(encodeCursor(key, binding, 'old'));
    expect(decodeCursor(page.cursor ?? '', binding, ['new'])).toEqual(key);

    [current, previous] = ['newest', 'new'];
    now = 10_000;
    await list(encodeCursor(key, binding, 'newest'));
    const readsBefore = reads;
    await expect(list(encodeCursor(key, binding, 'forged'))).rejects.toMatchObject({
      code: 'invalid-cursor',
    });
    expect(reads).toBe(readsBefore);
  });

  test('without a key there is no cursor', async () => {
    const keys = signingKeys({ read: () => Promise.resolve(undefined) }, clock);
    await expect(keys()).rejects.toMatchObject({ name: 'ConfigurationUnusable' });
  });
});
