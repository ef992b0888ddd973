import { ConfigurationError } from '../lib/config/load';
import { consoleProgress } from '../local/setup/progress';
import { SetupError } from '../local/setup/setup-error';
import { type Command, HELP, parseCommand } from './cli/arguments';
import { reportJudgement } from './cli/report-judgement';
import { judge } from './gate';
import { GateError } from './gate-error';
import { evidenceDate } from './report/evidence-date';

async function run(command: Command): Promise<number> {
  switch (command.name) {
    case 'help':
      console.log(HELP);
      return 0;
    case 'judge':
      return judge(
        {
          stage: command.stage,
          ...(command.templates !== undefined && { templates: command.templates }),
          ...(command.engines !== undefined && { engines: command.engines }),
          today: evidenceDate().toISOString().slice(0, 10),
          progress: consoleProgress,
        },
        (judgement) => reportJudgement(judgement, command),
      );
    case 'verify':
    case 'diff':
    case 'self-test':
      throw new GateError('USAGE', `${command.name} is not there yet.`);
  }
}

async function main(): Promise<void> {
  try {
    process.exitCode = await run(parseCommand(process.argv.slice(2)));
  } catch (error) {
    process.exitCode = 2;
    const understood =
      error instanceof GateError || error instanceof SetupError || error instanceof ConfigurationError;
    console.error(understood ? error.message : error);
    if (error instanceof SetupError) console.error(error.nextStep);
  }
}

void main();
