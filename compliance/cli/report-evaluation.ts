import path from 'node:path';
import { PROJECT_ROOT } from '../../tools/setup/project-paths';
import { readTestResults } from '../controls/test-results';
import { runtimePackages } from '../engines/runtime-packages';
import { exitCodeOf, type Evaluation } from '../gate';
import { writePinnedRules } from '../pinned-rules';
import { writeBaseline } from '../profiles/baseline';
import { type ComparablePack, comparePacks, readPack } from '../report/difference';
import { templatesOfAssembly } from '../report/template-lines';
import { collectEvidence } from '../report/evidence';
import { isPack, refuseForeign } from '../report/manifest';
import type { Occasion } from '../report/purpose';
import type { Command } from './arguments';
import { fromCaller } from './from-caller';
import {
  describeFindings,
  describeIssues,
  describeNotAssessed,
  describeNotices,
  describeNotEvaluated,
  describeResult,
  HOW_TO_EXCEPT,
  HOW_TO_EXCEPT_YOURS,
  summaryTable,
} from './terminal';

type EvaluateCommand = Extract<Command, { name: 'evaluate' }>;

/**
 * Prints what was found, writes the pack and returns the exit code.
 * @param place - of the pack; undefined when only some engines ran, which makes none.
 */
export async function reportEvaluation(
  evaluation: Evaluation,
  command: EvaluateCommand,
  generated: Date,
  place: PackPlace | undefined,
): Promise<number> {
  const code = exitCodeOf(evaluation);
  if (command.pinRules) {
    // The account's questions are the same whether it was asked or not.
    const { accountRules } = await import('../deployed/evaluate-account.js');
    writePinnedRules([...evaluation.results, accountRules()]);
    console.error('Pinned the rules that ran; review the change of compliance/pinned-rules.json.');
  }
  if (command.writeBaseline !== undefined) {
    const count = writeBaseline(fromCaller(command.writeBaseline), evaluation.rows, evaluation.today);
    console.error(
      `${command.writeBaseline} holds ${count} findings; say in it who works them off, and why they stand.`,
    );
  }
  const report = place && (await writeReport(evaluation, place, generated, command.occasion));
  const print = (text: string): void => {
    if (text !== '') console.log(`${text}\n`);
  };
  print('');
  print(describeFindings(evaluation.rows));
  print(describeIssues(evaluation.rows));
  if (code === 1) print(evaluation.subject === 'foreign templates' ? HOW_TO_EXCEPT_YOURS : HOW_TO_EXCEPT);
  print(describeNotices(evaluation.rows));
  print(describeNotAssessed(evaluation.notAssessed));
  print(summaryTable(evaluation));
  print(describeNotEvaluated(evaluation));
  print(evaluation.failures.map((failure) => `The gate could not evaluate: ${failure}`).join('\n'));
  print(
    report === undefined
      ? `Only some engines ran on stage ${evaluation.stage}: no evidence pack was written.`
      : `Evidence pack of stage ${evaluation.stage}: ${path.join(report, 'index.html')}`,
  );
  console.log(describeResult(evaluation, code));
  return code;
}

/** Where a pack goes, and the one that it is compared with. */
export interface PackPlace {
  readonly output: string;
  readonly before: ComparablePack | undefined;
}

/**
 * Looks at both places before the evaluating begins, so that nobody waits for a pack that cannot be written.
 * @throws GateError PACK_INVALID when something else stands where the pack goes, or the earlier pack is none.
 */
export function packPlace(command: EvaluateCommand): PackPlace {
  const output =
    command.output === undefined ? path.join(PROJECT_ROOT, 'compliance-report') : fromCaller(command.output);
  refuseForeign(output);
  const previous =
    command.previous === undefined ? (isPack(output) ? output : undefined) : fromCaller(command.previous);
  return { output, before: previous === undefined ? undefined : readPack(previous) };
}

async function writeReport(
  evaluation: Evaluation,
  place: PackPlace,
  generated: Date,
  occasion: Occasion,
): Promise<string> {
  const { output, before } = place;
  const tests = evaluation.subject === 'application' ? readTestResults(PROJECT_ROOT) : [];
  const evidence = collectEvidence(evaluation, { generated, tests, occasion });
  const { directory, stacks } = evaluation.assembly;
  const difference =
    before === undefined
      ? undefined
      : comparePacks(before, { evidence, templates: templatesOfAssembly(directory, stacks) });
  const packages = evaluation.subject === 'application' ? runtimePackages(PROJECT_ROOT) : [];
  // Loaded when there is a pack to write, which a run of some engines does not.
  const { packFiles, writePack } = await import('../report/write-pack.js');
  writePack(
    output,
    packFiles({ ...evidence, difference }, evaluation.assembly, packages, tests),
    evidence.identity,
  );
  return path.relative(process.env['INVOKED_FROM'] ?? process.cwd(), output) || output;
}
