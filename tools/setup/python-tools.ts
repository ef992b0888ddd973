import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from './progress';
import { PROJECT_ROOT, TOOLS_DIRECTORY } from './project-paths';
import { findPython, type PythonInterpreter } from './python-interpreter';
import { CommandError, runCommand } from './run-command';
import { SetupError } from './setup-error';

/** An installed tool's own virtual environment. */
export interface PythonTool {
  directory: string;
  python: string;
  /** The path of a console script of the environment. */
  script(name: string): string;
}

const requirementsFile = (name: string): string => join(PROJECT_ROOT, 'tools', 'requirements', `${name}.txt`);

/** Same lock file, interpreter and system: same environment. */
async function environmentDirectory(name: string, python: PythonInterpreter): Promise<string> {
  const identity = createHash('sha256')
    .update(await readFile(requirementsFile(name)))
    .update(JSON.stringify([python, process.platform, process.arch]))
    .digest('hex')
    .slice(0, 12);
  return join(TOOLS_DIRECTORY, `${name}-${identity}`);
}

/**
 * Makes `directory` appear complete or not at all: it is built under another name and renamed. Whoever comes second
 * throws its own copy away, so that several runs at once need no lock.
 */
async function buildOnce(directory: string, build: (draft: string) => Promise<void>): Promise<void> {
  if (existsSync(directory)) return;
  await mkdir(TOOLS_DIRECTORY, { recursive: true });
  const draft = `${directory}.${process.pid}-${Date.now()}`;
  try {
    await build(draft);
    await rename(draft, directory).catch((error: unknown) => {
      if (!existsSync(directory)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** pip's settings for closed networks, where uv has none of its own. */
function uvEnvironment(): NodeJS.ProcessEnv {
  const { PIP_INDEX_URL, UV_DEFAULT_INDEX, ...rest } = process.env;
  const index = UV_DEFAULT_INDEX ?? PIP_INDEX_URL;
  return { ...rest, ...(index ? { UV_DEFAULT_INDEX: index } : {}) };
}

async function installUv(python: PythonInterpreter, draft: string): Promise<void> {
  const install = ['-m', 'pip', 'install', '--quiet', '--require-hashes', '--no-deps'];
  const requirements = ['--requirement', requirementsFile('uv')];
  const hasPip = await runCommand(python.path, ['-m', 'pip', '--version']).then(
    () => true,
    () => false,
  );
  if (hasPip) {
    await runCommand(python.path, [...install, '--target', draft, ...requirements]);
    return;
  }
  try {
    await runCommand(python.path, ['-m', 'venv', draft]);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new SetupError(
      `${python.path} has neither pip nor a complete venv module, so the locked tools cannot be installed.`,
      'Install one of them (on Debian and Ubuntu: the package python3-venv) and run the command again.',
    );
  }
  await runCommand(join(draft, 'bin', 'python'), [...install, ...requirements]);
}

async function ensureUv(python: PythonInterpreter, progress: Progress): Promise<string> {
  const directory = await environmentDirectory('uv', python);
  if (!existsSync(directory)) {
    await progress.step('uv, which installs the locked Python tools', () =>
      buildOnce(directory, (draft) => installUv(python, draft)),
    );
  }
  return join(directory, 'bin', 'uv');
}

/**
 * The virtual environment of a Python tool, under `.tools/`, installed from `tools/requirements/NAME.txt` with every
 * package checked by hash. Installed once per lock file; several callers at once are safe.
 * @throws SetupError when Python is missing, too old or incomplete, or the packages cannot be fetched.
 */
export async function ensurePythonTool(name: string, options: { progress: Progress }): Promise<PythonTool> {
  const python = await findPython();
  const directory = await environmentDirectory(name, python);
  if (!existsSync(directory)) {
    try {
      const uv = await ensureUv(python, options.progress);
      await options.progress.step(`${name}, in its own virtual environment`, () =>
        buildOnce(directory, async (draft) => {
          const env = uvEnvironment();
          await runCommand(uv, ['venv', '--quiet', '--relocatable', '--python', python.path, draft], { env });
          const target = ['--python', join(draft, 'bin', 'python')];
          await runCommand(
            uv,
            ['pip', 'sync', '--quiet', '--require-hashes', ...target, requirementsFile(name)],
            { env },
          );
        }),
      );
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      throw new SetupError(
        `The Python tool ${name} could not be installed. ${error.message}`,
        'Check that the Python package index can be reached (PIP_INDEX_URL is honoured) and run the command again.',
      );
    }
  }
  return {
    directory,
    python: join(directory, 'bin', 'python'),
    script: (script) => join(directory, 'bin', script),
  };
}
