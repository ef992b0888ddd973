import { createHash } from 'node:crypto';
import { readWorkTree } from './work-tree';

/** What a run was made of: the commit, and a digest of every file that git knows or would add. */
export interface Sources {
  /** `unknown` outside a Git work tree. */
  readonly commit: string;
  /** Whether the work tree differs from the commit. */
  readonly modified: boolean;
  /** SHA-256 over path and content of each file, in the order of the paths. */
  readonly digest: string;
}

/** Two runs with the same digest saw the same sources, byte for byte. Takes about a fifth of a second. */
export function readSources(root: string): Sources {
  const tree = readWorkTree(root);
  if (tree === undefined) return { commit: 'unknown', modified: true, digest: 'unknown' };
  const digest = createHash('sha256');
  for (const [file, sum] of tree.files) digest.update(`${file}\0`).update(Buffer.from(sum, 'hex'));
  return { commit: tree.commit, modified: tree.changed.length > 0, digest: digest.digest('hex') };
}
