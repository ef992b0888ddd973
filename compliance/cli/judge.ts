import { consoleProgress } from '../../tools/setup/progress';
import { judge } from '../gate';
import { evidenceDate } from '../report/evidence-date';
import { accountAccess } from './account-access';
import type { Command } from './arguments';
import { fromCaller } from './from-caller';
import { packPlace, reportJudgement } from './report-judgement';

/** A profile of the gate's own is a name, a team's is a file. */
const profilePlace = (profile: string): string =>
  profile === 'generic' || profile === 'serverlessapp' ? profile : fromCaller(profile);

/** Judges, prints what was found and writes the pack after a whole run; returns the exit code. */
export async function judgeCommand(command: Extract<Command, { name: 'judge' }>): Promise<number> {
  const generated = evidenceDate();
  const place = command.engines === undefined ? packPlace(command) : undefined;
  return judge(
    {
      stage: command.stage,
      ...(command.templates !== undefined && {
        templates: fromCaller(command.templates),
        parameters: command.parameters,
        sourceRoot: fromCaller('.'),
        strict: command.strict,
        about: command.about,
        ...(command.profile !== undefined && { profile: profilePlace(command.profile) }),
        ...(command.region !== undefined && { region: command.region }),
      }),
      ...(command.engines !== undefined && { engines: command.engines }),
      ...(command.account && { account: await accountAccess(command.stage, command.assume) }),
      pinsAnew: command.pinRules,
      today: generated.toISOString().slice(0, 10),
      progress: consoleProgress,
    },
    (judgement) => reportJudgement(judgement, command, generated, place),
  );
}
