import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { CACHE_DIRECTORY } from '../../tools/setup/project-paths';

/** Somebody else's repository as it stood at one commit. */
export interface Repository {
  readonly name: string;
  readonly address: string;
  readonly commit: string;
  readonly licence: string;
}

/**
 * Brings a repository at its commit, without its history; once.
 * @param from a folder of checkouts that somebody made by other means, each under the repository's name
 * @returns the folder of its files
 */
export function fetchedRepository({ name, address, commit }: Repository, from: string | undefined): string {
  if (from !== undefined) return path.join(from, name);
  const directory = path.join(CACHE_DIRECTORY, 'corpora', `${name}-${commit.slice(0, 12)}`);
  // Written by the checkout: a fetch that failed leaves everything else.
  if (existsSync(path.join(directory, '.git', 'index'))) return directory;
  mkdirSync(directory, { recursive: true });
  for (const args of [
    ['init', '--quiet'],
    ['fetch', '--quiet', '--depth', '1', address, commit],
    ['checkout', '--quiet', 'FETCH_HEAD'],
  ]) {
    const { status } = spawnSync('git', args, { cwd: directory, stdio: 'inherit' });
    if (status !== 0)
      throw new Error(`git ${args.join(' ')} failed. With checkouts of your own: --from DIR.`);
  }
  return directory;
}
