import { readWorkTree } from '../../tools/testing/work-tree';

export interface Commit {
  /** `unknown` outside a Git work tree. */
  readonly id: string;
  /** Whether the work tree differs from the commit. */
  readonly modified: boolean;
}

/** What a checkout is of, and whether it still is: by its bytes, whatever Git was told to overlook. */
export function readCommit(directory: string): Commit {
  const tree = readWorkTree(directory);
  return tree === undefined
    ? { id: 'unknown', modified: true }
    : { id: tree.commit, modified: tree.changed.length > 0 };
}
