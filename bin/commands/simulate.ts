import {
  DEPLOYED,
  delayOfQuietClient,
  drainOverFloor,
  FLOODS,
  OTHERS,
  SEED,
} from '../../tools/simulation/scenarios';
import { loadStageConfig } from '../../lib/config/load';
import { reservedConcurrency } from '../../lib/constructs/functions/function-limits';
import { simulateBurst } from '../../tools/simulation/simulate-burst';
import { simulateWaits, withoutPlaces } from '../../tools/simulation/simulate-waits';

const row = (cells: readonly string[]): string =>
  cells.map((cell, index) => (index === 0 ? cell.padEnd(48) : cell.padStart(13))).join('');

console.log(`Discrete-event simulation of bursts, seed ${SEED}\n`);
console.log(row(['scenario', 'slots', 'drain s', 'drain÷floor', 'calls/pict.', 'dead-lett. %']));
for (const { name, parameters } of [...DEPLOYED, ...OTHERS]) {
  const result = simulateBurst(parameters);
  console.log(
    row([
      name,
      String(parameters.concurrency),
      result.drainSeconds.toFixed(0),
      drainOverFloor(parameters, result).toFixed(3),
      (result.calls / parameters.pictures).toFixed(3),
      ((100 * result.deadLettered) / parameters.pictures).toFixed(1),
    ]),
  );
}

console.log(
  '\nA client that sends little beside one that floods: its pictures take so many times as long as alone\n',
);
console.log(row(['scenario', 'mean', 'slowest', 'slowest s', 'unfair mean']));
for (const flood of FLOODS) {
  const { mean, slowest, seconds } = delayOfQuietClient(flood);
  const unfair = delayOfQuietClient({ ...flood, flooded: { ...flood.flooded, isFair: false } });
  console.log(
    row([flood.name, mean.toFixed(2), slowest.toFixed(2), seconds.toFixed(1), unfair.mean.toFixed(0)]),
  );
}

/** A minute in which one client waits as often as its plan lets it, beside one that reads ten times a second. */
async function waits(): Promise<void> {
  console.log(
    '\nA client that waits as much as it may beside one that reads: slots of the function, refused reads\n',
  );
  console.log(row(['scenario', 'slots', 'most at once', 'refused']));
  const prod = loadStageConfig('prod');
  for (const [name, slotsOf] of [
    ['prod: places for each client', undefined],
    ['without places', withoutPlaces],
  ] as const) {
    const { mostAtOnce, throttled } = await simulateWaits(prod, slotsOf);
    const slots = reservedConcurrency(prod).query;
    console.log(row([name, String(slots), String(mostAtOnce), String(throttled['reading'])]));
  }
}

void waits();
