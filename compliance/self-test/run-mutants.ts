import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Progress } from '../../local/setup/progress';
import { type Catch, type Catcher, findingsOf, newFinding, REVIEW_CATCHER, RULE_CATCHERS } from './catchers';
import type { ConfigurationMutant } from './configuration-mutants';
import { type Mutant, type RawStack, withMutant } from './mutant';
import { type Scanner, scanMutants } from './scanner-catchers';

/** What became of one mutant: who caught it, the cheapest first; nobody means that it survived. */
export interface Outcome {
  readonly name: string;
  readonly kind: string;
  readonly catches: readonly Catch[];
}

export interface MutantRun {
  readonly stacks: readonly RawStack[];
  readonly mutants: readonly Mutant[];
  readonly configuration: readonly ConfigurationMutant[];
  readonly scanners: readonly Scanner[];
  readonly scratch: string;
  /** Ask everybody about every mutant instead of stopping at the first catch. */
  readonly everyCatcher: boolean;
  readonly progress: Progress;
}

/** Turns of the event loop between mutants, so that progress and Ctrl-C get through. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Puts the mutants to the catchers, the cheap ones first; the review of accepted results comes last, because it notices
 * every change and so says nothing of the rules.
 */
export async function runMutants(run: MutantRun): Promise<Outcome[]> {
  const caught = new Map<Mutant, Catch[]>(run.mutants.map((mutant) => [mutant, []]));
  const open = (): Mutant[] =>
    run.mutants.filter((mutant) => run.everyCatcher || (caught.get(mutant) ?? []).length === 0);
  const note = (mutant: Mutant, found: Catch | undefined): void => {
    if (found) caught.get(mutant)?.push(found);
  };
  for (const catcher of RULE_CATCHERS) {
    await run.progress.step(`${open().length} mutants before ${catcher.name}`, () =>
      judgeInProcess(run, catcher, open(), note),
    );
  }
  for (const scanner of run.scanners) {
    const mutants = open();
    if (mutants.length === 0) break;
    await run.progress.step(`${mutants.length} mutants before ${scanner.name}`, async () => {
      const directory = path.join(run.scratch, 'scan');
      mkdirSync(directory, { recursive: true });
      const found = await scanMutants(scanner, run.stacks, mutants, directory);
      for (const mutant of mutants) note(mutant, found.get(mutant));
    });
  }
  await run.progress.step(`${open().length} mutants before ${REVIEW_CATCHER.name}`, () =>
    judgeInProcess(run, REVIEW_CATCHER, open(), note),
  );
  const configuration = run.configuration.map(({ name, kind, run: attempt }): Outcome => {
    const found = attempt();
    return { name, kind, catches: found ? [found] : [] };
  });
  return [...[...caught].map(([{ name, kind }, catches]) => ({ name, kind, catches })), ...configuration];
}

async function judgeInProcess(
  run: MutantRun,
  catcher: Catcher,
  mutants: readonly Mutant[],
  note: (mutant: Mutant, found: Catch | undefined) => void,
): Promise<void> {
  if (mutants.length === 0) return;
  const before = findingsOf(catcher.judge(run.stacks));
  for (const mutant of mutants) {
    note(mutant, newFinding(catcher.name, catcher.judge(withMutant(run.stacks, mutant)), before));
    await breathe();
  }
}
