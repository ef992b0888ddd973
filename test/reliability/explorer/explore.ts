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
  /** Quiet worlds that were evaluated. */
  readonly ends: number;
  /** False when time was up before every state was visited. */
  readonly isExhausted: boolean;
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

function evaluate(explorer: Explorer, world: World, next: readonly Step[]): string | undefined {
  const broken = brokenNow(explorer, world);
  if (broken !== undefined) return broken;
  if (explorer.isQuiet(world)) return brokenInTheEnd(explorer, world);
  return next.length === 0 ? 'stuck: nothing moves it any more' : undefined;
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const left = [...items];
  return items.flatMap(() => left.splice(Math.floor(random() * left.length), 1));
}

export interface ExploreOptions {
  readonly mutant?: Mutant;
  readonly mostStates: number;
  readonly mostSeconds?: number;
  /** Between 0 and 1: which of several next worlds is visited first, for scenarios that time will not exhaust. */
  readonly random?: () => number;
}

/**
 * Visits every world that can be reached, each once, depth first, until one breaks an invariant or time is up.
 * @throws when there are more than `mostStates`
 */
export async function explore(scenario: Scenario, options: ExploreOptions): Promise<Exploration> {
  const { mutant, mostStates, mostSeconds = Infinity, random } = options;
  const deadline = Date.now() + 1000 * mostSeconds;
  const explorer = new Explorer(scenario, mutant);
  const begin = await explorer.begin();
  const seen = new Set([explorer.identity(begin)]);
  const open: Visit[] = [{ world: begin, what: 'begin', before: undefined }];
  let steps = 0;
  let ends = 0;
  for (let visit = open.pop(); visit !== undefined; visit = open.pop()) {
    const next = await explorer.steps(visit.world);
    const what = evaluate(explorer, visit.world, next);
    if (what !== undefined) {
      const violation = { what, trace: traceOf(visit) };
      return { states: seen.size, steps, ends, isExhausted: false, violation };
    }
    if (explorer.isQuiet(visit.world)) ends += 1;
    for (const step of random === undefined ? next : shuffled(next, random)) {
      steps += 1;
      const identity = explorer.identity(step.world);
      if (seen.has(identity)) continue;
      seen.add(identity);
      open.push({ world: step.world, what: step.what, before: visit });
    }
    if (Date.now() > deadline) break;
    if (seen.size > mostStates) throw new Error(`${scenario.name}: more than ${mostStates} states`);
  }
  return { states: seen.size, steps, ends, isExhausted: open.length === 0, violation: undefined };
}
