import { accepted, linesOf } from '../../../compliance/rules/proofs/reviewed-file';
import { compareEvidence, type ComparableEvidence } from '../../../compliance/report/difference';

const FILES = {
  Policies: 'compliance/rules/proofs/reviewed/iam-statements.prod.json',
  'Allowed access': 'compliance/rules/proofs/reviewed/iam-matrix.prod.json',
  Network: 'compliance/rules/proofs/network.json',
} as const;

type Title = keyof typeof FILES;
/** The accepted result of a proof, changed as text. */
const proven = (change: (title: Title, content: string) => string = (_, content) => content) =>
  (Object.entries(FILES) as [Title, string][]).map(([title, file]) => ({
    title,
    lines: linesOf({ title, file, content: change(title, accepted(file) ?? '') }),
  }));

const evidence = (results: ReturnType<typeof proven>): ComparableEvidence => ({
  identity: { generated: '', stage: 'prod', commit: { id: '' }, stacks: [], tools: [] },
  result: 'clean',
  narratives: [],
  requirements: [],
  exceptions: [],
  rows: [],
  proven: results,
});
const changesOf = (after: ReturnType<typeof proven>) =>
  compareEvidence(evidence(proven()), evidence(after)).groups;

describe('what whoever approves a release reads of the proofs', () => {
  it('is nothing when nothing changed', () => {
    expect(proven().every(({ lines }) => lines.length > 10)).toBe(true);
    expect(changesOf(proven())).toEqual([]);
  });
  it('names the policy that was widened, before and after', () => {
    const [group, ...others] = changesOf(
      proven((title, content) =>
        title === 'Policies' ? content.replace('rekognition:DetectLabels', 'rekognition:*') : content,
      ),
    );
    expect(others).toEqual([]);
    expect(group?.title).toBe('Policies');
    expect(group?.lines).toEqual([
      expect.stringMatching(/^new: policies › .*rekognition:\*/),
      expect.stringMatching(/^gone: policies › .*rekognition:DetectLabels/),
    ]);
  });
  it('names the function that reaches something new', () => {
    const added = '"upload": [{ "destination": "internet", "kind": "Gateway", "traffic": "tcp 443" },';
    const groups = changesOf(
      proven((title, content) => (title === 'Network' ? content.replace('"upload": [', added) : content)),
    );
    expect(groups).toEqual([
      { title: 'Network', lines: [expect.stringMatching(/^new: functions › upload: .*internet/)] },
    ]);
  });
  it('says when a proof gave no results any more', () => {
    const groups = changesOf(proven().filter(({ title }) => title !== 'Allowed access'));
    expect(groups.map(({ title }) => title)).toEqual(['Allowed access']);
    expect(groups[0]?.lines.every((line) => line.startsWith('gone: '))).toBe(true);
  });
});
