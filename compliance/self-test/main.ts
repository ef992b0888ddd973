import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildFunctions } from '../../lambda/build';
import { RELEASED_STAGE } from '../../lib/config/schema';
import { CACHE_DIRECTORY, PROJECT_ROOT } from '../../tools/setup/project-paths';
import { consoleProgress } from '../../tools/setup/progress';
import { ensurePythonTool } from '../../tools/setup/python-tools';
import { loadRegister } from '../register/load';
import { synthesizeStage } from '../synthesize';
import { mutantGroupsOf, type SelfTestOptions, wantedOf } from './mutant-groups';
import { evaluateInProcesses } from './in-processes';
import { keepOutcome } from './keep-outcome';
import { printAsked, printMatrix, printOutcome } from './print';
import { reopenedLines } from './takeovers';
import type { Outcome } from './outcome';
import { outcomeOf } from './run-mutants';
import { CHECK_CATCHER } from './catchers';
import { CFN_GUARD, cfnLintScanner, checkovScanner } from './scanner-catchers';
import { evaluateValues } from './value-mutants';

/** Fewer than this would mean that the generators lost their subjects. */
const MINIMUM_MUTANTS = 120;

/**
 * `npm run compliance -- self-test [--stage NAME] [--only TEXT] [--reopened] [--matrix]`: makes every known mistake on a copy of the
 * templates or of the gate's configuration and asks the gate's own evaluators. Nothing is known beforehand of who should
 * notice; a mistake that nobody notices fails. `--matrix` asks everybody about one mutant of each kind. A whole run of the
 * released stage is kept as a test result, which the next pack takes when it is about the same sources.
 * @returns 0 when every mutant was caught, 1 otherwise.
 */
export async function runSelfTest(argv: readonly string[]): Promise<number> {
  const { values: options } = parseArgs({
    args: [...argv],
    options: {
      stage: { type: 'string', default: RELEASED_STAGE },
      only: { type: 'string', default: '' },
      reopened: { type: 'boolean', default: false },
      matrix: { type: 'boolean', default: false },
    },
  });
  const isWhole = options.only === '' && !options.reopened;
  const started = new Date();
  const outcome = await outcomes(options);
  printOutcome(outcome);
  if (isWhole && !options.matrix && options.stage === RELEASED_STAGE) keepOutcome(outcome, started);
  if (options.matrix) printMatrix(outcome);
  const { lines, unnoticed } = reopenedLines(outcome);
  if (options.reopened) console.log(lines.join('\n'));
  if (options.reopened && unnoticed.length > 0) return 1;
  const enough = !isWhole || outcome.length >= MINIMUM_MUTANTS;
  if (!enough)
    console.error(`Only ${outcome.length} mutants were made; at least ${MINIMUM_MUTANTS} are expected.`);
  return enough && outcome.every(({ catches }) => catches.length > 0) ? 0 : 1;
}

async function outcomes(options: SelfTestOptions): Promise<Outcome[]> {
  mkdirSync(CACHE_DIRECTORY, { recursive: true });
  const scratch = mkdtempSync(path.join(CACHE_DIRECTORY, 'self-test-'));
  try {
    await consoleProgress.step('functions bundled', () => buildFunctions());
    const directory = path.join(scratch, 'cdk.out');
    const { assembly } = await consoleProgress.step('templates synthesized', () =>
      Promise.resolve(synthesizeStage(options.stage, directory, loadRegister().entries, PROJECT_ROOT)),
    );
    const checkov = await ensurePythonTool('checkov', { progress: consoleProgress });
    const { python } = await ensurePythonTool('ministack', { progress: consoleProgress });
    const groups = mutantGroupsOf(assembly, options, python, scratch);
    const count = groups.reduce((sum, group) => sum + group.mutants.length + group.configuration.length, 0);
    const lint = await ensurePythonTool('cfn-lint', { progress: consoleProgress });
    const [shares, values] = await Promise.all([
      consoleProgress.step(`${count} mutants before rules, proofs, cdk-nag and review`, () =>
        evaluateInProcesses({ options, assembly: directory, python, scratch }),
      ),
      consoleProgress.step('values that AWS refuses, before cfn-lint', () =>
        evaluateValues(
          lint,
          CHECK_CATCHER,
          groups[0]?.release ?? [],
          wantedOf(options),
          path.join(scratch, 'values'),
        ),
      ),
    ]);
    printAsked(shares.flatMap(({ asked }) => asked));
    // What is left for the scanners is little, and most of their time the start: all groups at once.
    const found = await Promise.all(
      groups.map((group) =>
        outcomeOf(
          group,
          shares,
          [cfnLintScanner(lint.python), checkovScanner(checkov.python), CFN_GUARD],
          scratch,
          options.matrix,
          consoleProgress,
        ),
      ),
    );
    return [...found.flat(), ...values];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
