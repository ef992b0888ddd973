import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** What a run was made of: the commit, and a digest of every file that git knows or would add. */
export interface Sources {
  /** `unknown` outside a Git work tree. */
  readonly commit: string;
  /** Whether the work tree differs from the commit. */
  readonly modified: boolean;
  /** SHA-256 over path and content of each file, in the order of the paths. */
  readonly digest: string;
}

/** Two runs with the same digest saw the same sources, byte for byte. Takes about a tenth of a second. */
export function readSources(root: string): Sources {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const files = git('ls-files', '--cached', '--others', '--exclude-standard', '-z').split('\0').sort();
    const digest = createHash('sha256');
    for (const file of new Set(files)) {
      const place = path.join(root, file);
      if (file === '' || !existsSync(place) || !statSync(place).isFile()) continue;
      digest.update(`${file}\0`).update(createHash('sha256').update(readFileSync(place)).digest());
    }
    return {
      commit: git('rev-parse', 'HEAD').trim(),
      modified: git('status', '--porcelain').trim() !== '',
      digest: digest.digest('hex'),
    };
  } catch {
    return { commit: 'unknown', modified: true, digest: 'unknown' };
  }
}
