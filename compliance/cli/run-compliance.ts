import { ConfigurationError } from '../../lib/config/load';
import { explained, explainSetupError } from '../../tools/setup/explain-setup-error';
import { SetupError } from '../../tools/setup/setup-error';
import { type Command, HELP, parseCommand } from './arguments';
import { GateError } from '../gate-error';

/** Each command is loaded when it is called for: who verifies a pack needs no engine. */
async function run(command: Command): Promise<number> {
  switch (command.name) {
    case 'help':
      console.log(HELP);
      return 0;
    case 'evaluate':
      return (await import('./evaluate.js')).evaluateCommand(command);
    case 'print-policy':
      return (await import('./print-policy.js')).printPolicyCommand(command);
    case 'verify':
      return (await import('./inspect-pack.js')).verifyCommand(command);
    case 'diff':
      return (await import('./inspect-pack.js')).diffCommand(command);
    case 'sign':
      return (await import('./inspect-pack.js')).signCommand(command);
    case 'series':
      return (await import('./series.js')).seriesCommand(command);
    case 'at':
      return (await import('./series.js')).atCommand(command);
    case 'measured':
      return (await import('./measured.js')).measuredCommand(command);
    case 'approve':
      return (await import('./approve.js')).approveCommand(command);
    case 'rebuild':
      return (await import('./rebuild.js')).rebuildCommand(command);
    case 'accept-proofs':
      return (await import('./accept-proofs.js')).acceptProofsCommand();
    case 'self-test':
      return (await import('../self-test/main.js')).runSelfTest(command.arguments);
  }
}

/**
 * `npm run compliance -- …`, and whatever it has to say, on the console.
 * @param args - the words behind the command's name.
 * @returns the exit code: 0 clean, 1 findings, 2 when nothing could be evaluated, whose reason was told. Throws nothing.
 */
export async function runCompliance(args: readonly string[]): Promise<number> {
  try {
    return await run(parseCommand([...args]));
  } catch (thrown) {
    const error = explained(thrown);
    const isUnderstood = error instanceof GateError || error instanceof ConfigurationError;
    if (error instanceof SetupError) await explainSetupError(error);
    else console.error(isUnderstood ? error.message : error);
    return 2;
  }
}
