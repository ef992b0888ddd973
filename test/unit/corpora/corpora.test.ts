import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EXPOSURE_RULES } from '../../../compliance/rules/proofs/exposure/rules';
import type { VerdictRow } from '../../../compliance/verdict-row';
import type { Case } from '../../corpora/case';
import { DISPUTED } from '../../corpora/disputed';
import { evaluateCase, type Evaluated } from '../../corpora/evaluate-case';
import { MEANINGS } from '../../corpora/meanings';
import { readCfnNag } from '../../corpora/read-cfn-nag';
import { readCheckov } from '../../corpora/read-checkov';
import { readTrivy } from '../../corpora/read-trivy';
import { figuresOf, isWithinTargets } from '../../corpora/report';

/** A corpus in the forms of the three, with templates of ours. */
function written(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(path.join(tmpdir(), 'corpora-'));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  return root;
}
const roots: string[] = [];
const read = (reader: (root: string) => Case[], files: Readonly<Record<string, string>>) => {
  const root = written(files);
  roots.push(root);
  return reader(root).map(({ rule, resource, expected }) => [rule, resource, expected]);
};
afterAll(() => {
  for (const root of roots) rmSync(root, { recursive: true, force: true });
});

describe('tests of others are read', () => {
  const CHECKS = 'tests/cloudformation/checks/resource/aws';

  test('checkov’s by the lists that they assert, or by the names of files', () => {
    expect(
      read(readCheckov, {
        [`${CHECKS}/test_Named.py`]: `d = "/example_Named"\nfailing_resources = {\n "AWS::S3::Bucket.Bad",\n}\npassing_resources = {"AWS::S3::Bucket.Good"}`,
        [`${CHECKS}/example_Named/x.yaml`]: 'Resources:\n  Bad:\n    Type: a\n  Good:\n    Type: a\n',
        [`${CHECKS}/test_Counted.py`]: `d = current_dir + "/example_Counted"\nassertEqual(summary['failed'], 1)`,
        [`${CHECKS}/example_Counted/a-FAILED.yaml`]: 'x',
        [`${CHECKS}/example_Counted/a-PASSED.yaml`]: 'x',
        [`${CHECKS}/example_Counted/a-UNKNOWN.yaml`]: 'x',
      }),
    ).toEqual([
      ['Counted', undefined, 'finding'],
      ['Counted', undefined, 'none'],
      ['Named', 'Bad', 'finding'],
      ['Named', 'Good', 'none'],
    ]);
  });

  test('cfn_nag’s by what a specification reads and then expects, or by its set of names', () => {
    expect(
      read(readCfnNag, {
        'spec/custom_rules/OneRule_spec.rb':
          "read_test_template('json/a.json')\nexpected_logical_resource_ids = %w[x y]\nread_test_template(\n 'json/b.json')\nexpected_logical_resource_ids = []\n",
        'spec/custom_rules/SetRule_spec.rb':
          "resource_type = 'AWS::DMS::Endpoint'\npassword_property = 'SomePassword'\nsub_property_name = nil\npassword_rule_test_sets.each",
        'spec/test_templates/json/a.json': '{}',
        'spec/test_templates/json/b.json': '{}',
        'spec/test_templates/yaml/dms_endpoint/dms_endpoint_some_password_not_set.yaml': 'x',
        'spec/test_templates/yaml/dms_endpoint/dms_endpoint_some_password_from_systems_manager.yaml': 'x',
      }),
    ).toEqual([
      ['One', 'x', 'finding'],
      ['One', 'y', 'finding'],
      ['One', undefined, 'none'],
      ['Set', undefined, 'none'],
      ['Set', undefined, 'finding'],
    ]);
  });

  test('trivy’s by its good and bad examples', () => {
    expect(
      read(readTrivy, {
        'checks/cloud/aws/sqs/a.yaml': 'cloudformation:\n  good: ["x"]\n  bad: ["y", "z"]\n',
        'checks/cloud/aws/sqs/terraform_only.yaml': 'terraform:\n  good: ["x"]\n',
      }),
    ).toEqual([
      ['sqs/a', undefined, 'finding'],
      ['sqs/a', undefined, 'finding'],
      ['sqs/a', undefined, 'none'],
    ]);
  });
});

describe('a case of another scanner', () => {
  const row = (more: Partial<VerdictRow>): VerdictRow => ({
    engine: 'proof-exposure',
    rule: EXPOSURE_RULES.notEncrypted.id,
    title: 't',
    verdict: 'non-compliant',
    resource: 'V',
    resourceType: 'AWS::EC2::Volume',
    controls: [],
    strength: 'property',
    severity: 'error',
    message: 'm',
    ...more,
  });
  const evaluated = (rows: readonly VerdictRow[], more: Partial<Evaluated> = {}): Evaluated => ({
    rows,
    resources: {},
    refused: new Set(),
    ...more,
  });
  const one = (more: Partial<Case> = {}): Case => ({
    corpus: 'checkov',
    rule: 'EBSEncryption',
    file: 'f',
    text: '',
    resource: 'V',
    expected: 'finding',
    ...more,
  });

  test.each<[string, Case, Evaluated, string]>([
    ['the resource', one(), evaluated([row({})]), 'found'],
    ['another resource', one(), evaluated([row({ resource: 'W' })]), 'missed'],
    [
      'what refers to it',
      one(),
      evaluated([row({ resource: 'W' })], { resources: { W: { Ref: 'V' } } }),
      'found',
    ],
    ['another topic', one(), evaluated([row({ rule: EXPOSURE_RULES.notLogging.id })]), 'missed'],
    ['an excepted row', one(), evaluated([row({ verdict: 'compliant' })]), 'missed'],
    ['a good resource with a finding', one({ expected: 'none' }), evaluated([row({})]), 'false'],
    [
      'a good one of which AWS says otherwise',
      one({ expected: 'none', file: DISPUTED[0]?.file ?? '' }),
      evaluated([row({})]),
      'disputed',
    ],
    [
      'a good resource beside a bad one',
      one({ expected: 'none' }),
      evaluated([row({ resource: 'W' })]),
      'silent',
    ],
    ['a template that AWS refuses', one(), evaluated([], { refused: new Set(['V']) }), 'refused'],
    ['a rule of another topic', one({ rule: 'RDSMultiAZEnabled' }), evaluated([]), 'left out'],
    ['a rule of which nobody has thought', one({ rule: 'Weather' }), evaluated([]), 'unknown'],
  ])('is told by %s', (_by, given, rows, outcome) => {
    expect(evaluateCase(given, rows).outcome).toBe(outcome);
  });

  test('without a named resource is contradicted by the types that its rule is about', () => {
    const none = one({
      corpus: 'trivy',
      rule: 'ec2/enable_volume_encryption',
      resource: undefined,
      expected: 'none',
    });
    const beside = row({ resource: 'B', resourceType: 'AWS::S3::Bucket' });
    expect(evaluateCase(none, evaluated([beside, row({ verdict: 'compliant' })])).outcome).toBe('silent');
    expect(evaluateCase(none, evaluated([beside, row({})])).outcome).toBe('false');
  });

  test('counts by its outcome among the figures of its corpus', () => {
    const told = (['found', 'missed', 'silent', 'false', 'disputed', 'refused', 'left out'] as const).map(
      (outcome) => ({
        one: one(),
        outcome,
        why: '',
      }),
    );
    expect(figuresOf(told, 'checkov')).toEqual({
      positives: 2,
      found: 1,
      negatives: 3,
      contradicted: 2,
      wrong: 1,
      refused: 1,
      leftOut: 1,
    });
    expect(figuresOf(told, 'trivy').positives).toBe(0);
    expect(isWithinTargets(figuresOf(told))).toBe(false);
    expect(
      isWithinTargets(figuresOf(told.filter(({ outcome }) => !['missed', 'false'].includes(outcome)))),
    ).toBe(true);
  });

  test('every meaning names rules of ours', () => {
    expect(MEANINGS.filter(({ ours }) => ours.length === 0)).toEqual([]);
  });
});
