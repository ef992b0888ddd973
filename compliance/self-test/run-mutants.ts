import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Progress } from '../../tools/setup/progress';
import { type Catch, type Catcher, findingsOf, newFinding } from './catchers';
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
  /** Judges of this process, the cheap ones first. */
  readonly catchers: readonly Catcher[];
  /** Asked after the quick scanner: it notices any change at all. */
  readonly reviewer?: Catcher;
  /** The quick one first. */
  readonly scanners: readonly Scanner[];
  readonly scratch: string;
  /** Ask everybody about every mutant instead of stopping at the first catch. */
  readonly everyCatcher: boolean;
  readonly progress: Progress;
}

/** Turns of the event loop between mutants, so that progress and Ctrl-C get through. */
const yieldToEventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Puts the mutants to the catchers, the cheap ones first: rules, proofs, the quick scanner, the review of accepted
 * results, and to the slow scanners what nobody noticed. The review comes after the rules, because it notices every
 * change of a policy or of the network and so says nothing of them.
 */
export async function runMutants(run: MutantRun): Promise<Outcome[]> {
  const caught = new Map<Mutant, Catch[]>(run.mutants.map((mutant) => [mutant, []]));
  const open = (): Mutant[] =>
    run.mutants.filter((mutant) => run.everyCatcher || (caught.get(mutant) ?? []).length === 0);
  const note = (mutant: Mutant, found: Catch | undefined): void => {
    if (found) caught.get(mutant)?.push(found);
  };
  for (const catcher of run.catchers) {
    await run.progress.step(`${open().length} mutants before ${catcher.name}`, () =>
      judgeInProcess(run, catcher, open(), note),
    );
  }
  const [quick, ...slow] = run.scanners;
  if (quick) await scan(run, quick, open(), note);
  const { reviewer } = run;
  if (reviewer)
    await run.progress.step(`${open().length} mutants before ${reviewer.name}`, () =>
      judgeInProcess(run, reviewer, open(), note),
    );
  for (const scanner of slow) await scan(run, scanner, open(), note);
  const configuration = run.configuration.map(({ name, kind, run: attempt }): Outcome => {
    const found = attempt();
    return { name, kind, catches: found ? [found] : [] };
  });
  return [...[...caught].map(([{ name, kind }, catches]) => ({ name, kind, catches })), ...configuration];
}

async function scan(
  { stacks, scratch, progress }: MutantRun,
  scanner: Scanner,
  mutants: readonly Mutant[],
  note: (mutant: Mutant, found: Catch | undefined) => void,
): Promise<void> {
  if (mutants.length === 0) return;
  await progress.step(`${mutants.length} mutants before ${scanner.name}`, async () => {
    const directory = path.join(scratch, 'scan');
    mkdirSync(directory, { recursive: true });
    const found = await scanMutants(scanner, stacks, mutants, directory);
    for (const mutant of mutants) note(mutant, found.get(mutant));
  });
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
    await yieldToEventLoop();
  }
}
