import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Progress } from './progress';
import { PROJECT_ROOT, TOOLS_DIRECTORY } from './project-paths';
import { CommandError, runCommand } from './run-command';
import { SetupError } from './setup-error';

/** npm packages in a folder of their own, outside the project's. */
export interface NpmTool {
  readonly directory: string;
  /** The path of a command of the packages. */
  bin(command: string): string;
}

const LOCKED = ['package.json', 'package-lock.json'];
const INSTALL = `
  const { installPackages } = await import(${JSON.stringify(pathToFileURL(join(PROJECT_ROOT, 'bin', 'install-packages.mjs')).href)});
  const fault = await installPackages(process.argv[1], ['--ignore-scripts']);
  if (fault !== undefined) { console.error(fault); process.exit(2); }
`;

/**
 * The packages of `tools/npm/NAME/package-lock.json`, in `.tools/`: what is too heavy for everybody's `npm ci`, or wants
 * other versions. Installed once per lock file, without running anything of theirs; several callers at once are safe.
 * @throws SetupError when they cannot be fetched
 */
export async function ensureNpmTool(name: string, { progress }: { progress: Progress }): Promise<NpmTool> {
  const source = join(PROJECT_ROOT, 'tools', 'npm', name);
  const identity = createHash('sha256')
    .update(await readFile(join(source, 'package-lock.json')))
    .update(`${process.platform}-${process.arch}`)
    .digest('hex')
    .slice(0, 12);
  const directory = join(TOOLS_DIRECTORY, `npm-${name}-${identity}`);
  if (!existsSync(directory)) {
    const draft = `${directory}.${process.pid}-${Date.now()}`;
    try {
      await progress.step(`${name}, in its own folder`, async () => {
        await mkdir(draft, { recursive: true });
        for (const file of LOCKED) await copyFile(join(source, file), join(draft, file));
        await runCommand(process.execPath, ['--input-type=module', '--eval', INSTALL, draft]);
        await rename(draft, directory).catch((error: unknown) => {
          if (!existsSync(directory)) throw error;
        });
      });
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      throw new SetupError(`The npm packages of ${name} could not be installed.`, error.message);
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }
  return { directory, bin: (command) => join(directory, 'node_modules', '.bin', command) };
}
