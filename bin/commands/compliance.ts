import { ConfigurationError } from '../../lib/config/load';
import { explained, explainSetupError } from '../../tools/setup/explain-setup-error';
import { SetupError } from '../../tools/setup/setup-error';
import { type Command, HELP, parseCommand } from '../../compliance/cli/arguments';
import { GateError } from '../../compliance/gate-error';

/** Each command is loaded when it is called for: who verifies a pack needs no engine. */
async function run(command: Command): Promise<number> {
  switch (command.name) {
    case 'help':
      console.log(HELP);
      return 0;
    case 'evaluate':
      return (await import('../../compliance/cli/evaluate.js')).evaluateCommand(command);
    case 'print-policy':
      return (await import('../../compliance/cli/print-policy.js')).printPolicyCommand(command);
    case 'verify':
      return (await import('../../compliance/cli/inspect-pack.js')).verifyCommand(command);
    case 'diff':
      return (await import('../../compliance/cli/inspect-pack.js')).diffCommand(command);
    case 'sign':
      return (await import('../../compliance/cli/inspect-pack.js')).signCommand(command);
    case 'series':
      return (await import('../../compliance/cli/series.js')).seriesCommand(command);
    case 'at':
      return (await import('../../compliance/cli/series.js')).atCommand(command);
    case 'measured':
      return (await import('../../compliance/cli/measured.js')).measuredCommand(command);
    case 'approve':
      return (await import('../../compliance/cli/approve.js')).approveCommand(command);
    case 'rebuild':
      return (await import('../../compliance/cli/rebuild.js')).rebuildCommand(command);
    case 'accept-proofs':
      return (await import('../../compliance/cli/accept-proofs.js')).acceptProofsCommand();
    case 'self-test':
      return (await import('../../compliance/self-test/main.js')).runSelfTest(command.arguments);
  }
}

async function main(): Promise<void> {
  // Until the gate has its result: a process that ends early for any reason has not evaluated.
  process.exitCode = 2;
  try {
    process.exitCode = await run(parseCommand(process.argv.slice(2)));
  } catch (thrown) {
    const error = explained(thrown);
    const isUnderstood = error instanceof GateError || error instanceof ConfigurationError;
    if (error instanceof SetupError) await explainSetupError(error);
    else console.error(isUnderstood ? error.message : error);
  }
}

void main();
