import { Explorer, type Step } from './explorer';
import { brokenInTheEnd, brokenNow } from './invariants';
import type { Mutant } from './mutant';
import type { Scenario } from './scenario';
import type { World } from './world';

export interface Violation {
  readonly what: string;
  readonly trace: readonly string[];
}

export interface Exploration {
  readonly states: number;
  readonly steps: number;
  /** Quiet worlds that were judged. */
  readonly ends: number;
  readonly violation: Violation | undefined;
}

interface Visit {
  readonly world: World;
  readonly what: string;
  readonly before: Visit | undefined;
}

function traceOf(visit: Visit): string[] {
  const trace: string[] = [];
  for (let at: Visit | undefined = visit; at !== undefined; at = at.before) trace.unshift(at.what);
  return trace;
}

function judge(explorer: Explorer, world: World, next: readonly Step[]): string | undefined {
  const broken = brokenNow(explorer, world);
  if (broken !== undefined) return broken;
  if (explorer.isQuiet(world)) return brokenInTheEnd(explorer, world);
  return next.length === 0 ? 'stuck: nothing moves it any more' : undefined;
}

/**
 * Visits every world that can be reached, each once, depth first, until one breaks an invariant.
 * @throws when there are more than `mostStates`: then the scenario is not exhausted, and nothing is shown
 */
export async function explore(
  scenario: Scenario,
  options: { readonly mutant?: Mutant; readonly mostStates: number },
): Promise<Exploration> {
  const explorer = new Explorer(scenario, options.mutant);
  const begin = await explorer.begin();
  const seen = new Set([explorer.identity(begin)]);
  const open: Visit[] = [{ world: begin, what: 'begin', before: undefined }];
  let steps = 0;
  let ends = 0;
  for (let visit = open.pop(); visit !== undefined; visit = open.pop()) {
    const next = await explorer.steps(visit.world);
    const what = judge(explorer, visit.world, next);
    if (what !== undefined) {
      return { states: seen.size, steps, ends, violation: { what, trace: traceOf(visit) } };
    }
    if (explorer.isQuiet(visit.world)) ends += 1;
    for (const step of next) {
      steps += 1;
      const identity = explorer.identity(step.world);
      if (seen.has(identity)) continue;
      seen.add(identity);
      open.push({ world: step.world, what: step.what, before: visit });
    }
    if (seen.size > options.mostStates)
      throw new Error(`${scenario.name}: more than ${options.mostStates} states`);
  }
  return { states: seen.size, steps, ends, violation: undefined };
}
