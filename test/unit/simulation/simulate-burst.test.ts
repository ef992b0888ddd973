import * as fc from 'fast-check';
import { EventQueue } from '../../../tools/simulation/event-queue';
import { AS_WRITTEN, type FairReading } from '../../../tools/simulation/fair-queue';
import {
  delayOfQuietClient,
  DEPLOYED,
  drainOverFloor,
  FLOODS,
  READINGS,
  SEED,
} from '../../../tools/simulation/scenarios';
import { type BurstParameters, simulateBurst } from '../../../tools/simulation/simulate-burst';

const parameters: BurstParameters = {
  pictures: 500,
  arrivalsPerSecond: Infinity,
  transactionsPerSecond: 20,
  startsPerSecond: 20,
  concurrency: 64,
  slotsAtFirst: 5,
  slotsAddedPerSecond: 5,
  rekognitionSeconds: 0.4,
  otherSeconds: 1.6,
  attempts: 5,
  pauseSeconds: 1,
  backoff: 2,
  maximumPauseSeconds: 8,
  visibilitySeconds: 400,
  maxReceiveCount: 5,
  seed: 7,
};

describe('event queue', () => {
  it('gives events by time, and in the order of arrival at the same time', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
        const queue = new EventQueue<number>();
        times.forEach((at, index) => queue.push(at, index));
        const seen: [number, number][] = [];
        for (let next = queue.pop(); next !== undefined; next = queue.pop()) seen.push([next.at, next.event]);
        const expected = times.map((at, index): [number, number] => [at, index]);
        expect(seen).toEqual(expected.sort((a, b) => a[0] - b[0] || a[1] - b[1]));
      }),
    );
  });
});

describe('burst simulation', () => {
  it.each(DEPLOYED)('$name: within the targets', ({ parameters: deployed }) => {
    // The small burst leaves most to chance.
    const seeds = deployed.pictures > 1000 ? [SEED] : Array.from({ length: 100 }, (_, n) => 7919 * n + 1);
    for (const seed of seeds) {
      const result = simulateBurst({ ...deployed, seed });
      expect(drainOverFloor(deployed, result)).toBeLessThanOrEqual(1.1);
      expect(result.calls / deployed.pictures).toBeLessThanOrEqual(1.05);
      expect(result.deadLettered).toBe(0);
    }
  });

  it('shows what pacing is for: the same slots without it, and a fast workflow, are throttled', () => {
    const fast = { ...parameters, rekognitionSeconds: 0.2, otherSeconds: 0.8 };
    const calls = (startsPerSecond: number) =>
      simulateBurst({ ...fast, startsPerSecond }).calls / fast.pictures;
    expect(calls(Infinity)).toBeGreaterThan(1.5);
    expect(calls(fast.transactionsPerSecond)).toBeLessThanOrEqual(1.05);
  });

  it('is the same for the same seed and differs for another', () => {
    expect(simulateBurst(parameters)).toEqual(simulateBurst(parameters));
    expect(simulateBurst({ ...parameters, seed: 8 }).drainSeconds).not.toBe(
      simulateBurst(parameters).drainSeconds,
    );
  });

  it('loses no picture and is never faster than the quota, whatever the parameters', () => {
    const any = fc.record({
      pictures: fc.integer({ min: 1, max: 300 }),
      concurrency: fc.integer({ min: 1, max: 400 }),
      transactionsPerSecond: fc.integer({ min: 1, max: 100 }),
      maxReceiveCount: fc.integer({ min: 1, max: 4 }),
      seed: fc.integer({ min: 1 }),
    });
    fc.assert(
      fc.property(any, (change) => {
        const result = simulateBurst({ ...parameters, ...change });
        expect(result.completed + result.deadLettered).toBe(change.pictures);
        expect(result.calls).toBeGreaterThanOrEqual(result.completed);
        // One second's worth may be taken from the full bucket at once.
        expect(result.drainSeconds).toBeGreaterThan(result.completed / change.transactionsPerSecond - 1);
      }),
      { numRuns: 50 },
    );
  });

  it.each(FLOODS)('$name: other clients wait at most twice as long', (flood) => {
    const { mean, slowest } = delayOfQuietClient(flood);
    expect(mean).toBeLessThanOrEqual(2);
    expect(slowest).toBeLessThanOrEqual(2);
  });

  const [floodOfProd] = FLOODS.filter(({ name }) => name.startsWith('prod'));
  const [floodOfDev] = FLOODS.filter(({ name }) => name.startsWith('dev'));
  const read = (flood: (typeof FLOODS)[number] | undefined, reading: FairReading) => {
    if (flood === undefined) throw new Error('no such flood');
    return delayOfQuietClient({ ...flood, flooded: { ...flood.flooded, reading } });
  };

  it.each(READINGS)('holds for another reading of what AWS leaves open: $name', (reading) => {
    // Dev has the fewest slots, so that a flood delays others the most; prod the longest one.
    for (const flood of reading.name.startsWith('all') ? [floodOfProd, floodOfDev] : [floodOfDev]) {
      const { mean, slowest } = read(flood, reading);
      expect(mean).toBeLessThanOrEqual(2);
      expect(slowest).toBeLessThanOrEqual(2);
    }
  });

  it('depends on detection at all: a queue that notices after two minutes lets the visitor wait', () => {
    expect(read(floodOfProd, { ...AS_WRITTEN, detectionSeconds: 120 }).mean).toBeGreaterThan(2);
  });

  it('shows what fairness is for: without it the others wait behind the flood', () => {
    const [flood] = FLOODS.filter(({ name }) => name.startsWith('prod'));
    if (flood === undefined) throw new Error('no flood of prod');
    const unfair = { ...flood, flooded: { ...flood.flooded, isFair: false } };
    expect(delayOfQuietClient(unfair).mean).toBeGreaterThan(50);
  });

  it('shows what unbounded concurrency without redelivery does: pictures are dead-lettered', () => {
    const unbounded = { ...parameters, startsPerSecond: Infinity, concurrency: 500, slotsAtFirst: 500 };
    expect(simulateBurst({ ...unbounded, maxReceiveCount: 1 }).deadLettered).toBeGreaterThan(50);
  });
});
