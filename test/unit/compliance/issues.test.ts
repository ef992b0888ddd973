import { describeIssues } from '../../../compliance/cli/terminal';
import { groupOf, issuesOf, topicOf } from '../../../compliance/report/issues';
import { EXPOSURE_RULES } from '../../../compliance/rules/proofs/exposure/rules';
import type { VerdictRow } from '../../../compliance/verdict-row';

const row = (more: Partial<VerdictRow>): VerdictRow => ({
  engine: 'checkov',
  rule: 'CKV_AWS_18',
  title: 'Ensure the S3 bucket has access logging enabled',
  verdict: 'non-compliant',
  stack: 'app',
  resource: 'Bucket',
  controls: ['NIST-800-53-R5:au-2'],
  strength: 'property',
  severity: 'error',
  message: 'm',
  ...more,
});
const LOGGING = [
  row({}),
  row({
    engine: 'cdk-nag',
    rule: 'AwsSolutions::AwsSolutions-S1',
    title: 'The S3 Bucket has server access logs disabled.',
  }),
  row({
    engine: 'proof-exposure',
    rule: EXPOSURE_RULES.notLogging.id,
    title: EXPOSURE_RULES.notLogging.title,
    controls: ['SOC2:cc_7_2'],
  }),
];

describe('the issues among the findings', () => {
  test('what several engines say of one property of one resource is one, with all rules and controls', () => {
    expect(issuesOf(LOGGING)).toEqual([
      expect.objectContaining({
        group: 'app / Bucket / logging',
        rules: [
          'cdk-nag: AwsSolutions::AwsSolutions-S1',
          'checkov: CKV_AWS_18',
          'proof-exposure: exposure-not-logging',
        ],
        controls: ['NIST-800-53-R5:au-2', 'SOC2:cc_7_2'],
      }),
    ]);
  });

  test.each<[string, Partial<VerdictRow>]>([
    ['another resource', { resource: 'Other' }],
    ['another stack', { stack: 'other' }],
    [
      'another property',
      { rule: 'CKV_AWS_19', title: 'Ensure the S3 bucket has server-side-encryption enabled' },
    ],
  ])('%s is another', (_what, more) => {
    expect(issuesOf([...LOGGING, row(more)])).toHaveLength(2);
  });

  test('only open findings are to be fixed', () => {
    expect(
      issuesOf([row({ verdict: 'compliant' }), row({ verdict: 'excepted', exception: 'EXC-001' })]),
    ).toEqual([]);
  });

  test('a rule of no known topic is one of its own', () => {
    const odd = row({ rule: 'X1[detail]', title: 'Something else' });
    expect(topicOf(odd)).toBe('checkov X1');
    expect(groupOf(row({ ...odd, stack: undefined }))).toBe('Bucket / checkov X1');
  });

  test.each<[string, string]>([
    ['AWS::S3: bucket encryption at rest is off', 'encryption at rest'],
    ['Ensure no security groups allow ingress from 0.0.0.0:0 to port 22', 'network ingress'],
    ['Ensure rotation for customer created CMKs is enabled', 'key rotation'],
    ['Ensure that the queue is encrypted by a KMS CMK', 'customer-managed key'],
    ['Listener uses HTTPS', 'encryption in transit'],
    ['RDS instance is not publicly accessible', 'public access'],
  ])('"%s" is about %s', (title, topic) => {
    expect(topicOf({ engine: 'checkov', rule: 'R', title })).toBe(topic);
  });

  test('the terminal counts issues before findings', () => {
    const text = describeIssues(LOGGING);
    expect(text).toContain('Issues to fix: 1, of which 3 findings speak');
    expect(text).toContain('controls: NIST-800-53-R5:au-2, SOC2:cc_7_2');
    expect(describeIssues([])).toBe('');
  });
});
