import { PROJECT_ROOT } from '../../tools/setup/project-paths';
import { consoleProgress } from '../../tools/setup/progress';
import { evaluate } from '../gate';
import { evidenceDate, evaluationDays } from '../report/evidence-date';
import type { Command } from './arguments';
import { fromCaller } from './from-caller';
import { packPlace, reportEvaluation } from './report-evaluation';

/** A profile of the gate's own is a name, a team's is a file. */
const profilePlace = (profile: string): string =>
  profile === 'generic' || profile === 'serverlessapp' ? profile : fromCaller(profile);

/** Evaluates, prints what was found and writes the pack after a whole run; returns the exit code. */
export async function evaluateCommand(command: Extract<Command, { name: 'evaluate' }>): Promise<number> {
  const generated = evidenceDate();
  const place = command.engines === undefined ? packPlace(command) : undefined;
  return evaluate(
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
      ...(command.account && {
        account: await (await import('./account-access.js')).accountAccess(command.stage, command.assume),
      }),
      pinsAnew: command.pinRules,
      ...evaluationDays(generated, PROJECT_ROOT),
      progress: consoleProgress,
    },
    (evaluation) => reportEvaluation(evaluation, command, generated, place),
  );
}
