import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import lockedNode from '../requirements/node.json';
import type { Progress } from './progress';
import { ensurePythonTool } from './python-tools';
import { CommandError, runCommand } from './run-command';
import { MachineError, SetupError } from './setup-error';

/** Major version of the functions' runtime, on which every command runs too. */
const RUNTIME_MAJOR = 24;

const INSTALL_IT_YOURSELF = `Install Node.js ${RUNTIME_MAJOR} or newer yourself (https://nodejs.org) and put it first on the PATH.`;

const majorOf = (version: string): number => Number(version.replace(/^v/, '').split('.')[0]);

/** The Node that began: which, where, and on what system (`linux-x64`). */
export interface RunningNode {
  readonly version: string;
  readonly path: string;
  readonly system: string;
}

const thisProcess = (): RunningNode => ({
  version: process.versions.node,
  path: process.execPath,
  system: `${process.platform}-${process.arch}`,
});

/** SHA-256 of the binary of Node for this system. */
const lockedSum = (system: string): string | undefined =>
  Object.entries(lockedNode.sha256).find(([name]) => name === system)?.[1];

/** Where the wheel of `tools/requirements/node.txt` has its Node, in a virtual environment that it is installed to. */
export function nodeIn(environment: string): string {
  const library = join(environment, 'lib');
  const [python = ''] = readdirSync(library).filter((name) => name.startsWith('python3'));
  return join(library, python, 'site-packages', 'playwright', 'driver', 'node');
}

/**
 * Accepts a fresh installation: its binary is the one that is locked for this system, and starts here. What the wheel
 * drives browsers with is deleted.
 * @throws SetupError when it is another binary, before it is started, or does not start
 */
export async function acceptNode(environment: string, sha256: string): Promise<void> {
  const node = nodeIn(environment);
  const found = createHash('sha256')
    .update(await readFile(node))
    .digest('hex');
  if (found !== sha256) {
    throw new MachineError(
      `The Node.js that was installed has the SHA-256 ${found}; locked is ${sha256}. It was not started.`,
      `Ask whoever runs your package index where that file comes from. Or: ${INSTALL_IT_YOURSELF}`,
    );
  }
  try {
    await runCommand(node, ['--version']);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new MachineError(
      `Node.js ${lockedNode.version} was installed and does not start here: ${error.message}`,
      INSTALL_IT_YOURSELF,
    );
  }
  await rm(join(dirname(node), 'package'), { recursive: true, force: true });
}

/**
 * A Node that is at least as new as the functions' runtime: the one that runs, else the one of
 * `tools/requirements/node.txt`, outside of what npm puts on the PATH.
 * @throws SetupError when there is none for this system, it cannot be installed, is another binary or does not start
 */
export async function ensureNode(progress: Progress, running: RunningNode = thisProcess()): Promise<string> {
  if (majorOf(running.version) >= RUNTIME_MAJOR) return running.path;
  const sha256 = lockedSum(running.system);
  if (sha256 === undefined) {
    throw new MachineError(
      `Everything here runs on Node.js ${RUNTIME_MAJOR}; this is ${running.version}, and none is locked for ${running.system}.`,
      INSTALL_IT_YOURSELF,
    );
  }
  try {
    const accept = (environment: string) => acceptNode(environment, sha256);
    const { directory } = await ensurePythonTool('node', { progress, accept });
    return nodeIn(directory);
  } catch (error) {
    if (!(error instanceof SetupError) || error.nextStep.endsWith(INSTALL_IT_YOURSELF)) throw error;
    throw new MachineError(error.message, `${error.nextStep} Or: ${INSTALL_IT_YOURSELF}`);
  }
}
