import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError, runCommand } from '../../tools/setup/run-command';
import { MachineError } from '../../tools/setup/setup-error';
import { BOOTSTRAP_SCRIPT, runtimeEnvironment } from './prepare-runtime';
import { systemEnvironment } from './system-environment';

const PROOF = 'the runtime starts';
const ELSEWHERE =
  'Point TMPDIR to a folder that exists, is writable, and from which programs may be started.';

async function runOnce(directory: string, node: string): Promise<void> {
  const env = { ...systemEnvironment(), ...runtimeEnvironment(directory), SERVERLESSAPP_NODE: node };
  const bootstrap = join(directory, 'bootstrap');
  await writeFile(bootstrap, BOOTSTRAP_SCRIPT, { mode: 0o755 });
  await writeFile(env.SERVERLESSAPP_RUNTIME_LOOP, `console.log(${JSON.stringify(PROOF)})`);
  try {
    const printed = await runCommand(bootstrap, [], { cwd: directory, env });
    if (printed.trim() !== PROOF) throw new CommandError(`It printed ${JSON.stringify(printed)}.`);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    if (/spawn EACCES|: EACCES/.test(error.message)) {
      throw new MachineError(
        `Programs may not be started from the temporary folder ${directory} (its file system is mounted noexec, or a policy of this machine forbids it), so functions cannot run.`,
        ELSEWHERE,
      );
    }
    throw new MachineError(
      `The Node.js that functions run on does not start as they start it: ${error.message}`,
      'Install Node.js 24 or newer for this system (https://nodejs.org) and put it first on the PATH.',
    );
  }
}

/**
 * Starts the functions' runtime once, as the embedded AWS will: the bootstrap script, from a folder like the one of the
 * functions, in their environment. What is wrong would otherwise show as 502 of every request.
 * @param parent - the temporary folder
 * @throws SetupError
 */
export async function tryRuntime(parent: string, node = process.execPath): Promise<void> {
  let directory: string | undefined;
  try {
    directory = await mkdtemp(join(parent, 'serverlessapp-try-'));
    await runOnce(directory, node);
  } catch (error) {
    if (error instanceof MachineError) throw error;
    const { message } = error as Error;
    throw new MachineError(`The temporary folder ${parent} cannot be written to: ${message}`, ELSEWHERE);
  } finally {
    if (directory !== undefined) await rm(directory, { recursive: true, force: true });
  }
}
