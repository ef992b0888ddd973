import { exitCodeOf, type Judgement } from '../gate';
import { writePinnedRules } from '../pinned-rules';
import type { Command } from './arguments';
import { describeFindings, describeNotices, HOW_TO_EXCEPT, summaryTable } from './terminal';

/** Prints what was found, writes the pack after a whole run, and returns the exit code. */
export function reportJudgement(
  judgement: Judgement,
  command: Extract<Command, { name: 'judge' }>,
): Promise<number> {
  const code = exitCodeOf(judgement);
  if (command.pinRules) {
    writePinnedRules(judgement.results);
    console.error('Pinned the rules that ran; review the change of compliance/pinned-rules.json.');
  }
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
  return Promise.resolve(code);
}
