import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decisionRecordOf, readDecisionRecords } from '../../../compliance/report/decision-records';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';

test.each([
  ['a signed commit', `${COMMIT}\tG\tApprove EXC-001`, { commit: COMMIT, signature: 'verified' }],
  ['one that nobody signed', `${COMMIT}\tN\tApprove`, { commit: COMMIT, signature: 'none' }],
  [
    'a key that is not known here',
    `${COMMIT}\tE\tApprove`,
    { commit: COMMIT, signature: 'not verified here' },
  ],
  ['a bad signature', `${COMMIT}\tB\tApprove`, { commit: COMMIT, signature: 'bad' }],
  ['a squashed review', `${COMMIT}\tN\tApprove (#12)`, { commit: COMMIT, signature: 'none', review: '12' }],
  [
    'a merged review',
    `${COMMIT}\tN\tMerge pull request #7 from x/y`,
    { commit: COMMIT, signature: 'none', review: '7' },
  ],
  [
    'the review of what takes another back',
    `${COMMIT}\tN\tRevert "Approve EXC-001 (#12)" (#15)`,
    { commit: COMMIT, signature: 'none', review: '15' },
  ],
  ['a number that is no review', `${COMMIT}\tN\tApprove (#3) anew`, { commit: COMMIT, signature: 'none' }],
  ['no commit', '', undefined],
])('a decision is told by %s', (_what, line, record) => {
  expect(decisionRecordOf(line)).toEqual(record);
});

test('only what is committed as it stands has a record', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'serverlessapp-decisions-'));
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  const decide = (id: string, text: string) => {
    writeFileSync(path.join(root, 'policies/approvals', `${id}.yaml`), text);
  };
  try {
    mkdirSync(path.join(root, 'policies/approvals'), { recursive: true });
    git('init', '--quiet');
    decide('EXC-001', 'id: EXC-001');
    decide('EXC-002', 'id: EXC-002');
    git('add', '.');
    const author = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
    git(...author, 'commit', '--quiet', '--message', 'Approve both (#3)');
    decide('EXC-002', 'id: EXC-002 # otherwise');
    expect(readDecisionRecords(root, ['EXC-001', 'EXC-002', 'EXC-003'])).toEqual(
      new Map([['EXC-001', { commit: git('rev-parse', 'HEAD'), signature: 'none', review: '3' }]]),
    );
    // In a shallow clone the newest commit seems to have written everything.
    git(...author, 'commit', '--quiet', '--allow-empty', '--message', 'Something else (#4)');
    const shallow = path.join(root, 'shallow');
    git('clone', '--quiet', '--depth', '1', `file://${root}`, shallow);
    expect(readDecisionRecords(shallow, ['EXC-001'])).toEqual(new Map());
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
