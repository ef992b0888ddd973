import { NOT_AWAITED } from '../../compliance/rules/proofs/release/not-awaited';
import { proveRelease } from '../../compliance/rules/proofs/release/prove-release';
import { findingsOf, newFinding } from '../../compliance/self-test/catchers';
import { withMutant } from '../../compliance/self-test/mutant';
import { releaseMutants } from '../../compliance/self-test/release-mutants';
import type { VerdictRow } from '../../compliance/verdict-row';
import { releaseStacks, stageTemplates } from '../support/stage-templates';

const open = (rows: readonly VerdictRow[]): string[] =>
  rows
    .filter(({ verdict }) => verdict !== 'compliant')
    .map(({ rule, resource, message }) => `${rule} ${resource}: ${message}`);

const stacks = releaseStacks();
const evaluate = (templates = stacks, entries = NOT_AWAITED) => proveRelease(templates, entries).result.rows;

describe('a release', () => {
  it('can end: on the first run, after a failed one, and while alarms stand', () => {
    expect(open(evaluate())).toEqual([]);
    expect(evaluate().length).toBeGreaterThan(900);
  });

  it.each(['dev', 'staging'] as const)('of %s makes nothing before what it names', (stage) => {
    const { result } = proveRelease(stageTemplates(stage));
    expect(open(result.rows)).toEqual([]);
    expect(result.notAssessed).toHaveLength(1);
  });
});

describe('the proof of the release order', () => {
  const mutants = releaseMutants(stacks);
  const before = findingsOf(evaluate());
  const RULES: Readonly<Record<string, string>> = {
    'stack deployed before what it imports': 'release-resource-order',
    'stack deployed beside what it names': 'release-resource-order',
    'smoke test before the API': 'release-step-has-what-it-needs',
    'change set executed before it is prepared': 'release-step-has-what-it-needs',
    'canary traffic not told of the first release': 'release-step-has-what-it-needs',
    'canary traffic on the first release': 'release-step-has-what-it-needs',
    'release taken back by an alarm that may stand': 'release-alarm-of-its-version',
    'alarm over all versions of the workflow': 'release-alarm-of-its-version',
    'bucket left behind by a failed creation': 'release-leaves-nothing-of-a-failed-creation',
    'dead-letter queue named, not awaited': 'release-resource-order',
  };

  it.each(Object.entries(RULES))('finds: %s', (kind, rule) => {
    const ofKind = mutants.filter((mutant) => mutant.kind === kind);
    expect(ofKind.length).toBeGreaterThan(0);
    for (const mutant of ofKind) {
      const found = evaluate(withMutant(stacks, mutant)).filter(
        (row) => newFinding('', [row], before) !== undefined,
      );
      expect([mutant.name, found.map((row) => row.rule)]).toEqual([
        mutant.name,
        expect.arrayContaining([rule]),
      ]);
    }
  });

  it('asks for an entry wherever a name may stand before what it names, and for no entry that excuses nothing', () => {
    for (const entry of NOT_AWAITED)
      expect(
        open(
          evaluate(
            stacks,
            NOT_AWAITED.filter((other) => other !== entry),
          ),
        ),
      ).not.toEqual([]);
    const idle = { type: 'AWS::SQS::Queue', property: 'QueueName', reason: '', page: '' };
    expect(open(evaluate(stacks, [...NOT_AWAITED, idle]))).toEqual([
      expect.stringContaining('release-entries-used AWS::SQS::Queue QueueName: it excuses nothing'),
    ]);
  });
});
