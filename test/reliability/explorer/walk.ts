import { Explorer } from './explorer';
import type { Violation } from './explore';
import { brokenInTheEnd, brokenNow } from './invariants';
import type { Mutant } from './mutant';
import type { Scenario } from './scenario';

export interface Walks {
  readonly steps: number;
  readonly violation: Violation | undefined;
}

/**
 * Walks from the beginning to a quiet end so many times, by chance, in a scenario that is too large to exhaust.
 * @param random between 0 and 1
 */
export async function walk(
  scenario: Scenario,
  options: { readonly walks: number; readonly random: () => number; readonly mutant?: Mutant },
): Promise<Walks> {
  const explorer = new Explorer(scenario, options.mutant);
  const begin = await explorer.begin();
  let steps = 0;
  for (let count = 0; count < options.walks; count += 1) {
    const trace: string[] = [];
    let world = begin;
    for (;;) {
      const broken =
        brokenNow(explorer, world) ?? (explorer.isQuiet(world) ? brokenInTheEnd(explorer, world) : undefined);
      if (broken !== undefined) return { steps, violation: { what: broken, trace } };
      const next = await explorer.steps(world);
      const chosen = next[Math.floor(options.random() * next.length)];
      if (chosen === undefined) {
        if (explorer.isQuiet(world)) break;
        return { steps, violation: { what: 'stuck: nothing moves it any more', trace } };
      }
      steps += 1;
      trace.push(chosen.what);
      world = chosen.world;
    }
  }
  return { steps, violation: undefined };
}
