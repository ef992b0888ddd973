import { createHash } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { access, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { causeOf } from './causes';
import { type PackageIndex, packageIndexOf, pipEnvironment, uvEnvironment } from './package-index';
import type { Progress } from './progress';
import { CACHE_DIRECTORY, PROJECT_ROOT, TOOLS_DIRECTORY } from './project-paths';
import { findPython, type PythonInterpreter } from './python-interpreter';
import { CommandError, runCommand } from './run-command';
import { MachineError } from './setup-error';

/** An installed tool's own virtual environment. */
export interface PythonTool {
  directory: string;
  python: string;
  /** The path of a console script of the environment. */
  script(name: string): string;
}

const requirementsFile = (name: string): string => join(PROJECT_ROOT, 'tools', 'requirements', `${name}.txt`);

/**
 * Compiled once at installation: the scanners are thousands of modules, and what runs them writes nothing beside them. Python
 * takes a compiled module only if its source still has the hash that it was compiled from (PEP 552).
 */
const COMPILE = {
  options: ['--compile-bytecode'],
  environment: { PYC_INVALIDATION_MODE: 'CHECKED_HASH', UV_COMPILE_BYTECODE_TIMEOUT: '600' },
} as const;

/** Same lock file, interpreter, system and way of compiling: same environment. */
async function environmentDirectory(name: string, python: PythonInterpreter): Promise<string> {
  const identity = createHash('sha256')
    .update(await readFile(requirementsFile(name)))
    .update(JSON.stringify([python, process.platform, process.arch, COMPILE]))
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

async function installUv(python: PythonInterpreter, index: PackageIndex, draft: string): Promise<void> {
  const env = pipEnvironment(index);
  const install = ['-m', 'pip', 'install', '--quiet', '--require-hashes', '--no-deps', '--retries', '1'];
  const requirements = ['--requirement', requirementsFile('uv')];
  const hasPip = await runCommand(python.path, ['-m', 'pip', '--version'], { env }).then(
    () => true,
    () => false,
  );
  if (hasPip) {
    await runCommand(python.path, [...install, '--no-user', '--target', draft, ...requirements], { env });
    return;
  }
  try {
    await runCommand(python.path, ['-m', 'venv', draft], { env });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new MachineError(
      `${python.path} has neither pip nor a complete venv module, so the locked tools cannot be installed.`,
      'Install one of them (on Debian and Ubuntu: the package python3-venv) and run the command again.',
    );
  }
  await runCommand(join(draft, 'bin', 'python'), [...install, ...requirements], { env });
}

async function ensureUv(python: PythonInterpreter, index: PackageIndex, progress: Progress): Promise<string> {
  const directory = await environmentDirectory('uv', python);
  if (!existsSync(directory)) {
    await progress.step('uv, which installs the locked Python tools', () =>
      buildOnce(directory, (draft) => installUv(python, index, draft)),
    );
  }
  return join(directory, 'bin', 'uv');
}

/**
 * uv keeps its cache in the home folder, which may be read-only, or missing; it does not start without one then.
 * @returns undefined where uv's own choice will do
 */
async function uvCache(): Promise<string | undefined> {
  const { UV_CACHE_DIR, XDG_CACHE_HOME } = process.env;
  const chosen = UV_CACHE_DIR ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'uv');
  try {
    await mkdir(chosen, { recursive: true });
    await access(chosen, constants.W_OK);
    return UV_CACHE_DIR;
  } catch {
    return join(CACHE_DIRECTORY, 'uv');
  }
}

const isCertificateFault = (message: string): boolean =>
  /certificate|UnknownIssuer|self.signed/i.test(message);

/**
 * The virtual environment of a Python tool, under `.tools/`, installed from `tools/requirements/NAME.txt` with every
 * package checked by hash. Installed once per lock file; several callers at once are safe.
 * @param options.packagesFor - the version of Python that the packages have to be for, where it is not the one that is
 * found: only for packages from which files of data are read.
 * @param options.accept - looks at a fresh environment before anybody can use it; what it throws discards it.
 * @throws SetupError when Python is missing, too old or incomplete, or the packages cannot be fetched.
 */
export async function ensurePythonTool(
  name: string,
  options: {
    progress: Progress;
    packagesFor?: string;
    accept?: (environment: string) => Promise<void>;
  },
): Promise<PythonTool> {
  const python = await findPython();
  const directory = await environmentDirectory(name, python);
  if (!existsSync(directory)) {
    try {
      const index = await packageIndexOf(python);
      const uv = await ensureUv(python, index, options.progress);
      await options.progress.step(`${name}, in its own virtual environment`, () =>
        buildOnce(directory, async (draft) => {
          const env = { ...uvEnvironment(index, process.env, await uvCache()), ...COMPILE.environment };
          await runCommand(uv, ['venv', '--quiet', '--relocatable', '--python', python.path, draft], { env });
          const { packagesFor } = options;
          const version = packagesFor === undefined ? [] : ['--python-version', packagesFor];
          const target = ['--python', join(draft, 'bin', 'python'), ...version];
          const how = ['--quiet', '--require-hashes', ...COMPILE.options];
          const sync = ['pip', 'sync', ...how, ...target, requirementsFile(name)];
          try {
            await runCommand(uv, sync, { env });
          } catch (error) {
            // A company's certificate authority may be known to the system alone, which uv asks only when told so.
            if (!(error instanceof CommandError) || !isCertificateFault(error.message)) throw error;
            await runCommand(uv, sync, { env: { ...env, UV_NATIVE_TLS: '1', UV_SYSTEM_CERTS: '1' } });
          }
          await options.accept?.(draft);
        }),
      );
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      const { cause, remedy } = causeOf(error.message) ?? {
        cause: 'its own words are above',
        remedy:
          'Check that index-url in "pip config list" can be reached from here, and run the command again.',
      };
      throw new MachineError(
        `${error.message.trim()}\nThe Python tool ${name} could not be installed: ${cause}.`,
        remedy,
      );
    }
  }
  return {
    directory,
    python: join(directory, 'bin', 'python'),
    script: (script) => join(directory, 'bin', script),
  };
}
