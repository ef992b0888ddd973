import { BOUNDS } from '../../../lambda/domain/bounds';
import { loadStageConfig } from '../../../lib/config/load';
import { reservedConcurrency } from '../../../lib/constructs/functions/function-limits';
import { READ_SECONDS, simulateWaits, withoutPlaces } from '../../../tools/simulation/simulate-waits';

test('a client that waits as much as it can takes no read from anybody', async () => {
  const { throttled, mostAtOnce } = await simulateWaits(loadStageConfig('prod'));
  expect(throttled).toEqual({ flooding: 0, reading: 0 });
  // Its places, and what each asks for within a read's time, both ends included.
  const reads = [50, 10].map((perSecond) => perSecond * READ_SECONDS + 1);
  expect(mostAtOnce).toBe(reads.reduce((sum, count) => sum + count, BOUNDS.waitsAtOnce));
});

test('without places of its own it would: the simulation sees it', async () => {
  const { throttled, mostAtOnce } = await simulateWaits(loadStageConfig('prod'), withoutPlaces);
  expect(mostAtOnce).toBe(reservedConcurrency(loadStageConfig('prod')).query);
  expect(throttled['reading']).toBeGreaterThan(50);
});

test.each(['dev', 'staging', 'prod'] as const)(
  'in %s the function has a slot for each request that may wait besides those for all that the API lets through',
  (stage) => {
    const config = loadStageConfig(stage);
    expect(reservedConcurrency(config).query - config.clients.length * BOUNDS.waitsAtOnce).toBe(
      config.api.burst,
    );
  },
);
