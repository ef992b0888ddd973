import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadAttackEntries } from '../../compliance/rules/proofs/attack/entries';
import { loadApprovals } from '../../compliance/register/approvals';
import { loadRegister, POLICIES } from '../../compliance/register/load';
import { RECORDED_TYPES } from '../../lib/audit/config-rules';
import { stageTemplates } from '../support/stage-templates';
import { at, ofType, STAGES, synthesized } from '../support/synthesized-stage';
import { PROJECT_ROOT } from '../../tools/setup/project-paths';

interface Selector {
  readonly FieldSelectors: {
    readonly Field: string;
    readonly Equals?: string[];
    readonly StartsWith?: unknown[];
  }[];
}

/** What the IAM proof found to be allowed, as it was reviewed. */
const allowed = (application: string): string[] =>
  (
    JSON.parse(
      readFileSync(
        path.join(PROJECT_ROOT, `compliance/rules/proofs/reviewed/iam-matrix.${application}.json`),
        'utf8',
      ),
    ) as { allowed: string[] }
  ).allowed;

describe('EXC-006: who may delete pictures', () => {
  it.each([
    [
      'prod',
      'us-east-1',
      [
        'break-glass',
        'data-steward',
        'erase',
        'intake',
        'organise',
        'settleReviews',
        "the account's administrator",
      ],
    ],
    [
      'prod-recovery',
      'us-west-2',
      [
        'break-glass (us-west-2)',
        'data-steward (us-west-2)',
        'erase',
        'intake',
        'organise',
        'settleReviews',
        "the account's administrator",
      ],
    ],
  ])('is exactly those whom the entry names, in %s', (application, region, names) => {
    const deleting = allowed(application).filter(
      (line) =>
        / · s3:DeleteObject(?:Version)? · /.test(line) && line.includes(`-pictures-ACCOUNT-${region}/`),
    );
    expect([...new Set(deleting.map((line) => line.split(' · ')[0] ?? ''))].sort()).toEqual(names);
    for (const line of deleting) {
      if (/^(?:break-glass|data-steward)/.test(line)) continue;
      expect(line).toMatch(
        line.startsWith('the account')
          ? / · on behalf by a service ←/
          : / · through our endpoint(?:, on behalf by a service)? ←/,
      );
    }
  });
});

describe('EXC-006: the trail records each deletion of a picture', () => {
  it.each(STAGES)('in both regions, whatever the call and whoever makes it, in %s', (name) => {
    const stage = synthesized(name);
    const [trail] = ofType(stage, 'AWS::CloudTrail::Trail');
    const selectors = trail?.Properties['AdvancedEventSelectors'] as Selector[];
    const field = (selector: Selector, of: string): Selector['FieldSelectors'][number] | undefined =>
      selector.FieldSelectors.find(({ Field }) => Field === of);
    const pictures = selectors.filter(
      (selector) =>
        field(selector, 'resources.type')?.Equals?.includes('AWS::S3::Object') &&
        JSON.stringify(field(selector, 'resources.ARN')?.StartsWith ?? []).includes('-pictures-'),
    );
    expect(pictures).toHaveLength(1);
    // A selector with a name of an event, a caller or "readOnly" would leave deletions out.
    expect(pictures[0]?.FieldSelectors.map(({ Field }) => Field).sort()).toEqual([
      'eventCategory',
      'resources.ARN',
      'resources.type',
    ]);
    const begins = JSON.stringify(pictures[0]);
    for (const region of [stage.config.region, stage.config.drRegion]) expect(begins).toContain(region);
    expect(trail?.Properties['IsLogging']).toBe(true);
  });
});

describe('EXC-007: AWS Config watches the default security group and closes it', () => {
  it.each(STAGES)('by one rule and one repair that waits for nobody, in %s', (name) => {
    const stage = synthesized(name);
    const rules = ofType(stage, 'AWS::Config::ConfigRule').filter(
      ({ Properties }) =>
        at(Properties, 'Source', 'SourceIdentifier') === 'VPC_DEFAULT_SECURITY_GROUP_CLOSED',
    );
    expect(rules).toHaveLength(1);
    const repairs = ofType(stage, 'AWS::Config::RemediationConfiguration').filter(
      ({ Properties }) => at(Properties, 'ConfigRuleName', 'Ref') === rules[0]?.id,
    );
    expect(repairs.map(({ Properties }) => [Properties['TargetId'], Properties['Automatic']])).toEqual([
      ['AWSConfigRemediation-RemoveVPCDefaultSecurityGroupRules', true],
    ]);
    // Without a recorder no rule runs: this application's own, or the organisation's, which the stage's configuration says.
    expect(ofType(stage, 'AWS::Config::ConfigurationRecorder')).toHaveLength(
      stage.config.features.configRecorder ? 1 : 0,
    );
    expect(Object.keys(RECORDED_TYPES)).toContain('AWS::EC2::SecurityGroup');
  });
});

describe('EXC-011: who may delete what AWS Config delivered', () => {
  it.each([
    ['staging', /^arn:aws:iam::\d{12}:role\/cdk-hnb659fds-cfn-exec-role-/],
    ['dev', /role\/(?:cdk-hnb659fds-cfn-exec-role-|\*$)/],
  ] as const)('the bucket’s own policy says, in %s', (stage, mayDelete) => {
    const policies = stageTemplates(stage)
      .filter(({ stackName }) => stackName.endsWith('-audit'))
      .flatMap(({ template }) => Object.values(template.Resources))
      .filter(({ Type }) => Type === 'AWS::S3::BucketPolicy');
    const refusals = policies.flatMap(({ Properties }) =>
      (
        Properties as {
          PolicyDocument: {
            Statement: { Sid: string; Condition?: { ArnNotLike?: Record<string, string | string[]> } }[];
          };
        }
      ).PolicyDocument.Statement.filter(({ Sid }) => Sid === 'NobodyDeletesEvidence'),
    );
    expect(refusals).toHaveLength(2);
    for (const { Condition } of refusals)
      for (const arn of [Condition?.ArnNotLike?.['aws:PrincipalArn'] ?? ''].flat())
        expect(arn).toMatch(mayDelete);
  });
});

describe('the register of exceptions', () => {
  const { entries, roles, approvals, next } = loadRegister();
  it('is approved entry for entry by whoever has to decide', () => {
    for (const { id, approver } of entries) expect([id, approvals.get(id)?.by]).toEqual([id, approver]);
    const known = [...entries.map(({ id }) => id), ...loadAttackEntries().map(({ id }) => id)];
    expect([...loadApprovals(POLICIES).keys()].sort()).toEqual(known.sort());
  });
  it('has each approval reviewed by the team of the role, as far as the repository’s host asks for it', () => {
    const owners = readFileSync(path.join(PROJECT_ROOT, '.github/CODEOWNERS'), 'utf8').split('\n');
    const ownerOf = (file: string): string | undefined =>
      owners
        .filter(
          (line) => line.startsWith('/') && file.startsWith((line.split(/\s+/)[0] ?? '').replace(/\*?$/, '')),
        )
        .at(-1)
        ?.split(/\s+/)[1];
    const teams: Record<string, string> = {
      'security-assurance': '@serverlessapp/security',
      'data-protection-office': '@serverlessapp/privacy',
    };
    for (const { id, by } of approvals.values()) {
      expect(Object.keys(roles)).toContain(by);
      expect([id, ownerOf(`/policies/approvals/${id}.yaml`)]).toEqual([id, teams[by]]);
    }
  });
  it('gives no id twice: the next one is behind all that ever stood in the register, as far as history is here', () => {
    const file = 'policies/exceptions.yaml';
    const history = execFileSync('git', ['log', '--format=', '--unified=0', '-p', '--', file], {
      cwd: PROJECT_ROOT,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    const given = [...history.matchAll(/^[+-]\s+(?:- )?id: (EXC-\d{3})/gm)].map(([, id = '']) => id);
    // In a checkout without history the last one that its maker knows of holds.
    for (const id of ['EXC-016', ...given]) expect([id, id < (next ?? '')]).toEqual([id, true]);
  });
  it('ends at different times: no more than two entries in one month', () => {
    const months = new Map<string, number>();
    for (const { expires } of entries)
      months.set(expires.slice(0, 7), (months.get(expires.slice(0, 7)) ?? 0) + 1);
    expect([...months].filter(([, count]) => count > 2)).toEqual([]);
    expect(months.size).toBeGreaterThanOrEqual(8);
  });
});
