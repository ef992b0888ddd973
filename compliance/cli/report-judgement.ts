import path from 'node:path';
import { PROJECT_ROOT } from '../../local/setup/project-paths';
import { consoleProgress } from '../../local/setup/progress';
import { ensurePythonTool } from '../../local/setup/python-tools';
import { runtimePackages } from '../engines/runtime-packages';
import { exitCodeOf, type Judgement } from '../gate';
import { writePinnedRules } from '../pinned-rules';
import { compareEvidence, readEvidence } from '../report/difference';
import { collectEvidence } from '../report/evidence';
import { isPack, packFiles, writePack } from '../report/write-pack';
import type { Command } from './arguments';
import { fromCaller } from './from-caller';
import { describeFindings, describeNotices, HOW_TO_EXCEPT, summaryTable } from './terminal';

type JudgeCommand = Extract<Command, { name: 'judge' }>;

/** Prints what was found, writes the pack after a whole run, and returns the exit code. */
export async function reportJudgement(
  judgement: Judgement,
  command: JudgeCommand,
  generated: Date,
): Promise<number> {
  const code = exitCodeOf(judgement);
  if (command.pinRules) {
    writePinnedRules(judgement.results);
    console.error('Pinned the rules that ran; review the change of compliance/pinned-rules.json.');
  }
  const report = command.engines === undefined ? await writeReport(judgement, command, generated) : undefined;
  const print = (text: string): void => {
    if (text !== '') console.log(`${text}\n`);
  };
  print('');
  print(describeFindings(judgement.rows));
  if (code === 1) print(HOW_TO_EXCEPT);
  print(describeNotices(judgement.rows));
  print(judgement.notAssessed.map((text) => `- Not assessed: ${text}`).join('\n'));
  print(summaryTable(judgement));
  print(judgement.failures.map((failure) => `The gate could not judge: ${failure}`).join('\n'));
  print(
    report === undefined
      ? `Only some engines ran on stage ${judgement.stage}: no evidence pack was written.`
      : `Evidence pack of stage ${judgement.stage}: ${path.join(report, 'index.html')}`,
  );
  return code;
}

async function writeReport(judgement: Judgement, command: JudgeCommand, generated: Date): Promise<string> {
  const output =
    command.output === undefined ? path.join(PROJECT_ROOT, 'compliance-report') : fromCaller(command.output);
  const previous =
    command.previous === undefined ? (isPack(output) ? output : undefined) : fromCaller(command.previous);
  const before = previous === undefined ? undefined : readEvidence(previous);
  const subject = command.templates === undefined ? 'application' : 'templates';
  const prowler = await ensurePythonTool('prowler', { progress: consoleProgress });
  const evidence = await collectEvidence(judgement, { generated, subject, frameworkData: prowler.directory });
  const difference = before === undefined ? undefined : compareEvidence(before, evidence);
  const packages = subject === 'application' ? runtimePackages(PROJECT_ROOT) : [];
  writePack(output, packFiles({ ...evidence, difference }, judgement.assembly, packages), evidence.identity);
  return path.relative(process.env['INVOKED_FROM'] ?? process.cwd(), output) || output;
}
