import { ConfigurationError } from '../lib/config/load';
import { consoleProgress } from '../local/setup/progress';
import { SetupError } from '../local/setup/setup-error';
import { type Command, HELP, parseCommand } from './cli/arguments';
import { acceptProofsCommand } from './cli/accept-proofs';
import { diffCommand, signCommand, verifyCommand } from './cli/inspect-pack';
import { fromCaller, reportJudgement } from './cli/report-judgement';
import { judge } from './gate';
import { GateError } from './gate-error';
import { evidenceDate } from './report/evidence-date';
import { runSelfTest } from './self-test/main';

async function run(command: Command): Promise<number> {
  switch (command.name) {
    case 'help':
      console.log(HELP);
      return 0;
    case 'judge':
      return judgeCommand(command);
    case 'verify':
      return verifyCommand(command);
    case 'diff':
      return diffCommand(command);
    case 'sign':
      return signCommand(command);
    case 'accept-proofs':
      return acceptProofsCommand();
    case 'self-test':
      return runSelfTest(command.arguments);
  }
}

function judgeCommand(command: Extract<Command, { name: 'judge' }>): Promise<number> {
  const generated = evidenceDate();
  return judge(
    {
      stage: command.stage,
      ...(command.templates !== undefined && { templates: fromCaller(command.templates) }),
      ...(command.engines !== undefined && { engines: command.engines }),
      today: generated.toISOString().slice(0, 10),
      progress: consoleProgress,
    },
    (judgement) => reportJudgement(judgement, command, generated),
  );
}

async function main(): Promise<void> {
  // Until a verdict is reached: a process that ends early for any reason has not judged.
  process.exitCode = 2;
  try {
    process.exitCode = await run(parseCommand(process.argv.slice(2)));
  } catch (error) {
    const understood =
      error instanceof GateError || error instanceof SetupError || error instanceof ConfigurationError;
    console.error(understood ? error.message : error);
    if (error instanceof SetupError) console.error(error.nextStep);
  }
}

void main();
