import { userEnvironment } from '../engines/engine-environment';
import { runTool } from '../engines/run-tool';

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
export async function readDecisionRecords(
  root: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, DecisionRecord>> {
  const surroundings = { cwd: root, env: userEnvironment() };
  if (!(await hasHistory(surroundings))) return new Map();
  const changed = await changedApprovals(surroundings);
  const records = await Promise.all(
    ids.map(async (id): Promise<[string, DecisionRecord][]> => {
      const file = `${APPROVALS}/${id}.yaml`;
      if (changed === undefined || changed.some((line) => line.endsWith(file))) return [];
      try {
        const log = await runTool('git', ['log', '-1', '--format=%H%x09%G?%x09%s', '--', file], surroundings);
        const record = log.exitCode === 0 ? decisionRecordOf(log.stdout) : undefined;
        return record === undefined ? [] : [[id, record]];
      } catch {
        return [];
      }
    }),
  );
  return new Map(records.flat());
}

/** A line for every approval that is not committed as it stands, with its path last; undefined when Git cannot tell. */
async function changedApprovals(
  surroundings: Parameters<typeof runTool>[2],
): Promise<readonly string[] | undefined> {
  try {
    const args = ['status', '--porcelain', '-z', '--untracked-files=all', '--', APPROVALS];
    const { exitCode, stdout } = await runTool('git', args, surroundings);
    return exitCode === 0 ? stdout.split('\0') : undefined;
  } catch {
    return undefined;
  }
}

async function hasHistory(surroundings: Parameters<typeof runTool>[2]): Promise<boolean> {
  try {
    const { stdout } = await runTool('git', ['rev-parse', '--is-shallow-repository'], surroundings);
    return stdout.trim() === 'false';
  } catch {
    return false;
  }
}
