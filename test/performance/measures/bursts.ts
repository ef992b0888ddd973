import { DEPLOYED, delayOfQuietClient, drainOverFloor, FLOODS } from '../../../tools/simulation/scenarios';
import { simulateBurst } from '../../../tools/simulation/simulate-burst';
import { type Measure, type Measured, ratioOf } from '../ratio';

const TARGETS = { drain: 1.1, calls: 1.05, deadLettered: 0, delay: 2 };

const burst = ({ name, parameters }: (typeof DEPLOYED)[number]): Measured[] => {
  const result = simulateBurst(parameters);
  const share = result.deadLettered / parameters.pictures;
  return [
    ratioOf(`${name}: drain ÷ floor`, [drainOverFloor(parameters, result)], TARGETS.drain),
    ratioOf(`${name}: calls a picture`, [result.calls / parameters.pictures], TARGETS.calls),
    ratioOf(`${name}: share dead-lettered`, [share], TARGETS.deadLettered),
  ];
};

/** Variants are listed under what they vary, indented: each gets the whole name. */
function wholeNames<T extends { readonly name: string }>(scenarios: readonly T[]): T[] {
  let varied = '';
  return scenarios.map((scenario) => {
    const isVariant = scenario.name.startsWith(' ');
    if (!isVariant) varied = scenario.name;
    return { ...scenario, name: isVariant ? `${varied},${scenario.name.replace(/^ +/, ' ')}` : varied };
  });
}

/** The bursts and floods that the deployed stages have to stand, simulated: the same figures on every machine. */
export const measureBursts: Measure = () =>
  Promise.resolve([
    ...wholeNames(DEPLOYED).flatMap(burst),
    ...wholeNames(FLOODS).map((flood) =>
      ratioOf(
        `${flood.name}: mean delay beside the flood ÷ alone`,
        [delayOfQuietClient(flood).mean],
        TARGETS.delay,
      ),
    ),
  ]);
