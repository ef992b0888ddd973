import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CACHE_DIRECTORY } from '../../tools/setup/project-paths';

/** Somebody else's repository as it stood at one commit. */
export interface Repository {
  readonly name: string;
  readonly address: string;
  readonly commit: string;
  readonly licence: string;
  /** What of it is read; the whole when absent. */
  readonly folders?: readonly string[];
  /** What in those folders nobody reads, as patterns; such as code of which only the name counts. */
  readonly except?: readonly string[];
}

function git(directory: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync('git', args, { cwd: directory, encoding: 'utf8' });
  if (status !== 0) {
    const [why = 'no reason given'] = (error?.message ?? stderr).trim().split('\n').slice(-1);
    throw new Error(`git ${args.join(' ')}: ${why}`);
  }
}

/** Only the folders that are read, and of no other commit: some of these repositories are large. */
function checkOut({ address, commit, folders, except = [] }: Repository, directory: string): void {
  git(directory, ['init', '--quiet']);
  git(directory, ['remote', 'add', 'origin', address]);
  const filter = folders === undefined ? [] : ['--filter=blob:none'];
  if (folders !== undefined) {
    // By patterns, which leave the files beside the folders, too.
    git(directory, ['config', 'core.sparseCheckout', 'true']);
    mkdirSync(path.join(directory, '.git', 'info'), { recursive: true });
    const patterns = [
      ...folders.map((folder) => `/${folder}/\n`),
      ...except.map((each) => `!/${each}\n`),
    ].join('');
    writeFileSync(path.join(directory, '.git', 'info', 'sparse-checkout'), patterns);
  }
  git(directory, ['fetch', '--quiet', '--depth', '1', ...filter, 'origin', commit]);
  git(directory, ['checkout', '--quiet', 'FETCH_HEAD']);
}

const missingIn = ({ folders = ['.'] }: Repository, directory: string): string[] =>
  folders.filter((folder) => !existsSync(path.join(directory, folder)));

/**
 * Brings a repository at its commit, without its history; once.
 * @param from - a folder of checkouts that somebody made by other means, each under the repository's name.
 * @returns the folder of its files.
 * @throws Error with git's own words when it cannot be brought, or does not hold what is read of it; nothing is kept then.
 */
export function fetchedRepository(
  repository: Repository,
  from: string | undefined,
  cache: string = path.join(CACHE_DIRECTORY, 'corpora'),
): string {
  const { name, commit } = repository;
  const directory = path.join(from ?? cache, from === undefined ? `${name}-${commit.slice(0, 12)}` : name);
  if (from !== undefined || existsSync(directory)) {
    const missing = missingIn(repository, directory);
    if (missing.length > 0)
      throw new Error(`${missing.map((folder) => path.join(directory, folder)).join(', ')} is not there.`);
    return directory;
  }
  mkdirSync(cache, { recursive: true });
  const scratch = mkdtempSync(path.join(cache, 'fetching-'));
  try {
    checkOut(repository, scratch);
    const missing = missingIn(repository, scratch);
    if (missing.length > 0) throw new Error(`it holds no ${missing.join(', ')}`);
    renameSync(scratch, directory);
    return directory;
  } catch (error) {
    throw new Error(
      `${repository.address} at ${commit} could not be fetched: ${(error as Error).message}. With checkouts of your own: --from DIR.`,
      { cause: error },
    );
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
