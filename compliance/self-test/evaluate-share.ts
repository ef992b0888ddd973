import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type Catch, type Catcher, findingsOf, newFinding } from './catchers';
import type { MutantGroup } from './mutant-groups';
import { type Mutant, type RawStack, withMutant } from './mutant';
import { CDK_NAG, scanMutants } from './scanner-catchers';

/** One of several processes that divide the mistakes among them. */
export interface Share {
  readonly index: number;
  readonly of: number;
}

/** Who noticed what, by the mistake's place in its group. */
export interface ShareOfCourse {
  readonly group: string;
  readonly mutants: readonly (readonly [place: number, catches: readonly Catch[]])[];
  readonly configuration: readonly (readonly [place: number, catches: readonly Catch[]])[];
  /** What each evaluator was asked, and how long it took. */
  readonly asked: readonly Asked[];
}

export interface Asked {
  readonly catcher: string;
  readonly questions: number;
  readonly seconds: number;
}

/** The mistakes of a group that fall to a share, with their places. */
const ofShare = <T>(items: readonly T[], { index, of }: Share): (readonly [number, T])[] =>
  items.map((item, place) => [place, item] as const).filter(([place]) => place % of === index);

/**
 * Puts a share of a group's mistakes to the evaluators of this process: rules, proofs, the quick scanner, and last the
 * comparison with the reviewed results, because it notices every change of a policy or of the network and so says nothing
 * of the rules.
 * @param everyCatcher ask everybody about every mistake instead of stopping at the first who notices.
 */
export async function evaluateShare(
  group: MutantGroup,
  share: Share,
  scratch: string,
  everyCatcher: boolean,
): Promise<ShareOfCourse> {
  const mutants = ofShare(group.mutants, share);
  const caught = new Map<Mutant, Catch[]>(mutants.map(([, mutant]) => [mutant, []]));
  const open = (): Mutant[] =>
    [...caught].filter(([, catches]) => everyCatcher || catches.length === 0).map(([mutant]) => mutant);
  const asked: Asked[] = [];
  const ask = async (
    catcher: string,
    put: (
      mutants: readonly Mutant[],
    ) => Iterable<readonly [Mutant, Catch | undefined]> | Promise<Map<Mutant, Catch>>,
  ): Promise<void> => {
    const before = performance.now();
    const questions = open();
    if (questions.length === 0) return;
    for (const [mutant, found] of await put(questions)) if (found) caught.get(mutant)?.push(found);
    asked.push({ catcher, questions: questions.length, seconds: (performance.now() - before) / 1000 });
  };
  for (const catcher of group.catchers)
    await ask(catcher.name, (questions) => evaluateEach(group, catcher, questions));
  if (group.afterQuickScanner) {
    const directory = path.join(scratch, group.id);
    mkdirSync(directory, { recursive: true });
    await ask(CDK_NAG.name, (questions) => scanMutants(CDK_NAG, group.stacks, questions, directory));
    for (const catcher of group.afterQuickScanner)
      await ask(catcher.name, (questions) => evaluateEach(group, catcher, questions));
  }
  const configuration = ofShare(group.configuration, share).map(([place, { run }]) => {
    const before = performance.now();
    const found = run();
    asked.push({
      catcher: found?.catcher ?? 'nobody',
      questions: 1,
      seconds: (performance.now() - before) / 1000,
    });
    return [place, found ? [found] : []] as const;
  });
  return {
    group: group.id,
    mutants: mutants.map(([place, mutant]) => [place, caught.get(mutant) ?? []]),
    configuration,
    asked,
  };
}

function evaluateEach(
  { stacks, release }: MutantGroup,
  catcher: Catcher,
  mutants: readonly Mutant[],
): (readonly [Mutant, Catch | undefined])[] {
  const evaluated = catcher.ofRelease ? release : stacks;
  const before = baselineOf(catcher, evaluated);
  return mutants.map((mutant) => [
    mutant,
    newFinding(catcher.name, catcher.evaluate(withMutant(evaluated, mutant)), before),
  ]);
}

/** Courses of a release share its stacks, and their evaluators. */
const baselines = new WeakMap<Catcher, WeakMap<readonly RawStack[], ReadonlySet<string>>>();

function baselineOf(catcher: Catcher, stacks: readonly RawStack[]): ReadonlySet<string> {
  const known = baselines.get(catcher) ?? new WeakMap<readonly RawStack[], ReadonlySet<string>>();
  baselines.set(catcher, known);
  const found = known.get(stacks) ?? findingsOf(catcher.evaluate(stacks));
  known.set(stacks, found);
  return found;
}
