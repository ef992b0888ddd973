import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** A home folder that holds the one setting that Git needs. */
const HOME = path.join(__dirname, 'git-home');
/**
 * Git of the user's `PATH`, and nothing else of theirs: settings of home, machine and environment make it overlook what was
 * changed (`core.fsmonitor`, `core.excludesFile`, `status.showUntrackedFiles`), read another repository, or objects
 * under the names of others (`refs/replace`). https://git-scm.com/docs/git-config#FILES, https://git-scm.com/docs/git#_environment_variables
 */
const environment = (): NodeJS.ProcessEnv => ({
  ...(process.env['PATH'] !== undefined && { PATH: process.env['PATH'] }),
  HOME,
  LC_ALL: 'C',
  // Git before 2.32 does not know it, and reads the one in HOME.
  GIT_CONFIG_GLOBAL: path.join(HOME, '.gitconfig'),
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
});
/** What the repository's own settings may say, and is not listened to: programs that Git would start or ask. */
const SETTINGS = {
  'core.fsmonitor': 'false',
  'core.untrackedCache': 'false',
  'core.excludesFile': '/dev/null',
  'core.attributesFile': '/dev/null',
  'log.showSignature': 'false',
  'gpg.program': 'gpg',
  'gpg.ssh.program': 'ssh-keygen',
  'gpg.x509.program': 'gpgsm',
};
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * What Git says of a repository.
 * @param more - variables besides: another index, the home folder with the keys that are known here
 * @throws Error when Git cannot be started or does not end with 0
 */
export function git(directory: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): string {
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return execFileSync('git', [...settings, ...args], {
    cwd: directory,
    encoding: 'utf8',
    env: { ...environment(), ...more },
    maxBuffer: MOST_BYTES,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}
