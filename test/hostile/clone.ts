import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_ROOT, TOOLS_DIRECTORY } from '../../tools/setup/project-paths';
import type { HostileMachine, Place } from './machine';

/** Beside the cases that are under way, whose indexes this process plays. */
const run = promisify(execFile);
const git = async (folder: string, ...args: string[]): Promise<string> =>
  (await run('git', ['-C', folder, ...args])).stdout.trim();

/** What is cloned: the commit with what was changed since, so that a fix can be tried before it is committed. */
export async function revision(): Promise<string> {
  // Ends with 1 when nothing was changed.
  const changed = await git(PROJECT_ROOT, 'stash', 'create').catch(() => '');
  return changed || git(PROJECT_ROOT, 'rev-parse', 'HEAD');
}

/** Without what npm and bin/run.mjs put before it for the command that runs these cases. */
export function machinePath(): string {
  const isOurs = (folder: string): boolean =>
    /node_modules|node-gyp-bin|playwright\/driver/.test(folder) || folder.startsWith(TOOLS_DIRECTORY);
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return folders.filter((folder) => !isOurs(folder)).join(path.delimiter);
}

const MADE_ANEW = /\/(tmp|lint|npm|npm-doctor|uv)(\/|$)/;

/** The clone of a case, as far set up as its base says. */
export async function makePlace(
  { base, folder = 'clone', asUser }: HostileMachine,
  commit: string,
): Promise<Place> {
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'hostile-'));
  const root = path.join(scratch, 'work', folder);
  await mkdir(root, { recursive: true });
  await git(root, 'init', '--quiet');
  await git(root, 'fetch', '--quiet', '--depth', '1', PROJECT_ROOT, commit);
  await git(root, 'checkout', '--quiet', '--detach', commit);
  if (base !== 'clone') {
    // Hard links: an installation replaces files and changes none.
    await run('cp', ['-al', path.join(PROJECT_ROOT, 'node_modules'), path.join(root, 'node_modules')]);
  }
  if (base === 'installed') {
    await symlink(TOOLS_DIRECTORY, path.join(root, '.tools'));
    const cache = path.join(PROJECT_ROOT, '.cache');
    const filter = (file: string): boolean => !MADE_ANEW.test(file);
    if (existsSync(cache)) await cp(cache, path.join(root, '.cache'), { recursive: true, filter });
  }
  // Never what is linked to this checkout.
  if (asUser !== undefined && base === 'clone') await run('chown', ['-R', asUser, scratch]);
  return { root, scratch, path: machinePath() };
}
