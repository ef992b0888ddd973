import {
  DEPLOYED,
  delayOfQuietClient,
  drainOverFloor,
  FLOODS,
  OTHERS,
  SEED,
} from '../../tools/simulation/scenarios';
import { simulateBurst } from '../../tools/simulation/simulate-burst';

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
