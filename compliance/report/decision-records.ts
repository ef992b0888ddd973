import { realpathSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { git } from '../../tools/testing/git';
import { readWorkTree } from '../../tools/testing/work-tree';

/** Where a decision stands on record: who else can be asked whether it was taken so. */
export interface DecisionRecord {
  /** The commit that wrote the approval as it stands. */
  readonly commit: string;
  /** What Git says of the commit's signature, with the keys that are known here. */
  readonly signature: 'verified' | 'not verified here' | 'bad' | 'none';
  /** Number of the pull request that the commit's subject names. */
  readonly review?: string;
}

/** What Git answers for `%G?`. https://git-scm.com/docs/git-log#_pretty_formats */
const SIGNATURES: Readonly<Record<string, DecisionRecord['signature']>> = {
  G: 'verified',
  N: 'none',
  B: 'bad',
};
/** As the repository's host writes it: in front of a merge's subject, or last of a squashed one's. */
const REVIEW = /^Merge pull request #(\d+)|\(#(\d+)\)$/;

/** Reads one line of `git log --format=%H%x09%G?%x09%s`; undefined for an empty one. */
export function decisionRecordOf(line: string): DecisionRecord | undefined {
  const [commit = '', signature = '', ...subject] = line.trim().split('\t');
  if (commit === '') return undefined;
  const [, merged, squashed] = REVIEW.exec(subject.join('\t')) ?? [];
  const review = merged ?? squashed;
  return {
    commit,
    signature: SIGNATURES[signature] ?? 'not verified here',
    ...(review !== undefined && { review }),
  };
}

const APPROVALS = 'policies/approvals';

/**
 * The records of the approvals of these entries, by id. One that is not committed as it stands has none, and none has one
 * outside of a Git work tree or in a shallow clone, where the oldest commit seems to have written everything.
 */
export function readDecisionRecords(
  root: string,
  ids: readonly string[],
): ReadonlyMap<string, DecisionRecord> {
  const tree = ids.length === 0 ? undefined : readWorkTree(root);
  if (tree === undefined || isShallow(root)) return new Map();
  // The keys that are known here are those of whoever runs this.
  const home = { HOME: process.env['HOME'] ?? os.homedir() };
  const changed = new Set(tree.changed);
  return new Map(
    ids.flatMap((id): [string, DecisionRecord][] => {
      const file = `${APPROVALS}/${id}.yaml`;
      if (changed.has(path.relative(tree.root, path.join(realpathSync(root), file)))) return [];
      const args = ['log', '-1', '--format=%H%x09%G?%x09%s', '--', file];
      const record = decisionRecordOf(git(root, args, home));
      return record === undefined ? [] : [[id, record]];
    }),
  );
}

const isShallow = (root: string): boolean =>
  git(root, ['rev-parse', '--is-shallow-repository']).trim() !== 'false';
