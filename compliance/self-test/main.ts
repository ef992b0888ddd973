import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildFunctions } from '../../lambda/build';
import { CACHE_DIRECTORY, PROJECT_ROOT } from '../../tools/setup/project-paths';
import { consoleProgress } from '../../tools/setup/progress';
import { ensurePythonTool } from '../../tools/setup/python-tools';
import { embeddedEventMatcher } from '../engines/event-matcher';
import { loadPinnedRules } from '../pinned-rules';
import { RELEASED_STAGE } from '../../lib/config/schema';
import { regionalApplicationIds } from '../applications';
import { byApplication, templatesOf } from '../proofs/prove';
import { loadRegister } from '../register/load';
import { synthesizeStage } from '../synthesize';
import { loadContracts } from '../contracts/load';
import { REVIEW_CATCHER, RULE_CATCHERS, signalCatcher, togetherCatchers } from './catchers';
import { configurationMutants } from './configuration-mutants';
import { attackMutants } from './attack-mutants';
import { commandMutants, contractMutants, forgottenContracts } from './contract-mutants';
import { deployerMutants } from './deployer-mutants';
import { exposureMutants } from './exposure-mutants';
import type { RawStack } from './mutant';
import { networkMutants } from './network-mutants';
import { policyMutants } from './policy-mutants';
import { propertyMutants } from './property-mutants';
import { keepOutcome } from './keep-outcome';
import { printMatrix, printOutcome } from './print';
import { releaseMutants } from './release-mutants';
import { signalMutants } from './signal-mutants';
import { reopenedLines, reopens } from './the-twelve';
import { type Outcome, runMutants } from './run-mutants';
import { CDK_NAG, CFN_GUARD, checkovScanner } from './scanner-catchers';

/** Fewer than this would mean that the generators lost their subjects. */
const MINIMUM_MUTANTS = 120;

/**
 * `npm run compliance -- self-test [--stage NAME] [--only TEXT] [--reopened] [--matrix]`: makes every known mistake on a copy of the
 * templates or of the gate's configuration and asks the gate's own judges. Nothing is known beforehand of who should
 * notice; a mistake that nobody notices fails. `--matrix` asks everybody about one mutant of each kind. A whole run of the
 * released stage is kept as a test result, which the next pack takes when it is about the same sources.
 * @returns 0 when every mutant was caught, 1 otherwise.
 */
export async function runSelfTest(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      stage: { type: 'string', default: 'prod' },
      only: { type: 'string', default: '' },
      /** Only the mistakes by which somebody came to own the system (the-twelve.ts). */
      reopened: { type: 'boolean', default: false },
      matrix: { type: 'boolean', default: false },
    },
  });
  const isAsked = (name: string): boolean =>
    name.includes(values.only) && (!values.reopened || reopens(name));
  const isWhole = values.only === '' && !values.reopened;
  const started = new Date();
  mkdirSync(CACHE_DIRECTORY, { recursive: true });
  const scratch = mkdtempSync(path.join(CACHE_DIRECTORY, 'self-test-'));
  try {
    await consoleProgress.step('functions bundled', () => buildFunctions());
    const { assembly } = synthesizeStage(
      values.stage,
      path.join(scratch, 'cdk.out'),
      loadRegister().entries,
      PROJECT_ROOT,
    );
    const checkov = await ensurePythonTool('checkov', { progress: consoleProgress });
    const ministack = await ensurePythonTool('ministack', { progress: consoleProgress });
    const outcome: Outcome[] = [];
    for (const { id, templates } of byApplication(templatesOf(assembly) as RawStack[])) {
      const isHome = id === regionalApplicationIds(values.stage)[0];
      const own = templates.filter(({ context }) => context !== true);
      const kinds = new Set<string>();
      // The mistakes of the primary region, made anew in each other application: one of a kind shows that it is judged too.
      const wanted = ({ name, kind }: { name: string; kind: string }): boolean => {
        if (!isAsked(name) || ((values.matrix || !isHome) && kinds.has(kind))) return false;
        kinds.add(kind);
        return true;
      };
      const configuration = isHome
        ? [...configurationMutants(values.stage, assembly, loadPinnedRules()), ...deployerMutants(templates)]
        : [];
      outcome.push(
        ...(await runMutants({
          stacks: templates,
          mutants: [...propertyMutants(own), ...networkMutants(own), ...policyMutants(own)].filter(wanted),
          configuration: configuration.filter(wanted),
          catchers: RULE_CATCHERS,
          reviewer: REVIEW_CATCHER,
          scanners: [CDK_NAG, checkovScanner(checkov.python), CFN_GUARD],
          scratch: path.join(scratch, id),
          everyCatcher: values.matrix,
          progress: consoleProgress,
        })),
      );
    }
    const together = templatesOf(assembly) as RawStack[];
    outcome.push(
      ...(await runMutants({
        stacks: together,
        mutants: [
          ...releaseMutants(together),
          ...contractMutants(together),
          ...signalMutants(together),
        ].filter(({ name }) => isAsked(name)),
        configuration: [forgottenContracts, commandMutants, attackMutants, exposureMutants]
          .flatMap((mutants) => mutants(together, values.stage, loadContracts()))
          .filter(({ name }) => isAsked(name)),
        catchers: [
          ...togetherCatchers(values.stage),
          signalCatcher(embeddedEventMatcher(ministack.python, path.join(scratch, 'events'))),
        ],
        scanners: [],
        scratch: path.join(scratch, 'together'),
        everyCatcher: values.matrix,
        progress: consoleProgress,
      })),
    );
    printOutcome(outcome);
    if (isWhole && !values.matrix && values.stage === RELEASED_STAGE) keepOutcome(outcome, started);
    if (values.matrix) printMatrix(outcome);
    const { lines, unnoticed } = reopenedLines(outcome);
    if (values.reopened) console.log(lines.join('\n'));
    if (values.reopened && unnoticed.length > 0) return 1;
    const enough = !isWhole || outcome.length >= MINIMUM_MUTANTS;
    if (!enough)
      console.error(`Only ${outcome.length} mutants were made; at least ${MINIMUM_MUTANTS} are expected.`);
    return enough && outcome.every(({ catches }) => catches.length > 0) ? 0 : 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
