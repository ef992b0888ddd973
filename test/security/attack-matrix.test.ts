import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { AttackWorld, NOTHING_CHANGED } from '../../compliance/proofs/attack/attack-world';
import { loadAttackEntries } from '../../compliance/proofs/attack/entries';
import { proveAttacks } from '../../compliance/proofs/attack/prove-attack';
import { loadRegister } from '../../compliance/register/load';
import { attackMutants } from '../../compliance/self-test/attack-mutants';
import type { VerdictRow } from '../../compliance/verdict-row';
import { BOUNDARY_CHANGE_TAG } from '../../lib/organization/organization-policies';
import { releaseStacks } from '../support/stage-templates';

const templates = releaseStacks();
const entries = loadAttackEntries();
const findings = (rows: readonly VerdictRow[]): string[] =>
  rows
    .filter(({ verdict }) => verdict !== 'compliant')
    .map(({ rule, resource, message }) => `${rule} ${resource}: ${message}`);
const rows = proveAttacks(templates).result.rows;

describe('the attack matrix', () => {
  it('has no open path that nobody accepted, and no entry without a path or an alert', () => {
    expect(findings(rows)).toEqual([]);
  });
  it('asks every position for every goal', () => {
    const cells = rows.filter(({ rule }) => rule === 'attack-goals-refused-or-accepted');
    expect(cells.length).toBeGreaterThan(140);
    expect(cells.map(({ resource }) => resource)).toContain(
      'merge to the branch of releases: deploy unapproved',
    );
  });
  it('lets whoever merges reach nothing before a person has looked', () => {
    const merged = rows.filter(({ resource }) => resource.startsWith('merge to the branch of releases: '));
    expect(merged.map(({ message }) => message.split(' ')[0])).toEqual(merged.map(() => 'refused'));
  });
  it('is accepted by roles that may approve', () => {
    const { roles } = loadRegister();
    for (const { acceptedBy } of entries) expect(roles[acceptedBy]?.mayApprove).toBe(true);
  });
  it('finds an open path without its entry, an entry without a path, and an alert that is not there', () => {
    const [first, ...others] = entries;
    if (first === undefined) throw new RangeError('There is no entry.');
    const of = (changed: typeof entries) =>
      findings(proveAttacks(templates, { entries: changed }).result.rows).map((text) => text.split(' ')[0]);
    expect(of(others)).toContain('attack-goals-refused-or-accepted');
    const idle = { ...first, positions: ['auditor'], noticedBy: [{ alert: 'no-such-alert', minutes: 9 }] };
    expect(of([...entries, idle])).toEqual(
      expect.arrayContaining(['attack-entries-used', 'attack-paths-noticed']),
    );
    expect(
      of([{ ...first, noticedBy: [{ alert: 'access-denied-spike', minutes: 1 }] }, ...others]),
    ).toContain('attack-paths-noticed');
  });
  // The others run in the self-test.
  it.each(attackMutants(templates).filter(({ kind }) => kind.includes('chain')))(
    'is told of: $name',
    ({ run }) => {
      expect(run()).toMatchObject({ rule: 'attack-goals-refused-or-accepted' });
    },
  );
});

describe('what CloudFormation’s role itself may not', () => {
  const world = new AttackWorld(templates);
  const deployer = world.holder('CloudFormation in production');
  const { account, region } = world.config;
  it.each([
    [
      'lambda:CreateFunction',
      `arn:aws:lambda:${region}:${account}:function:serverlessapp-prod-x`,
      'FunctionsInsideTheNetwork',
    ],
    ['ec2:CreateVpcEndpoint', `arn:aws:ec2:${region}:${account}:vpc-endpoint/*`, 'EndpointsToAwsOnly'],
    ['ec2:CreateDefaultVpc', '*', 'NoWayToTheInternet'],
    [
      'iam:CreatePolicyVersion',
      `arn:aws:iam::${account}:policy/serverlessapp-prod-permissions-boundary`,
      'NobodyRewritesBoundary',
    ],
    [
      'iam:SetDefaultPolicyVersion',
      `arn:aws:iam::${account}:policy/serverlessapp-prod-permissions-boundary`,
      'NobodyRewritesBoundary',
    ],
    ['iam:AttachRolePolicy', deployer.arn, 'NobodyChangesDeployers'],
    ['iam:TagRole', deployer.arn, 'NobodyChangesDeployers'],
    ['iam:CreateOpenIDConnectProvider', `arn:aws:iam::${account}:oidc-provider/x`, 'NoOtherWayIn'],
    [
      'cloudwatch:PutAlarmMuteRule',
      `arn:aws:cloudwatch:${region}:${account}:alarm-mute-rule:x`,
      'NobodySilencesAlarms',
    ],
    ['guardduty:CreateFilter', `arn:aws:guardduty:${region}:${account}:detector/x`, 'NobodyStopsDetectors'],
  ])('%s on %s: %s', (action, resource, sid) => {
    const { decision, by } = world.decide(deployer, { action, resource }, NOTHING_CHANGED);
    expect(decision).toBe('explicit-deny');
    expect(by.map((origin) => origin.split('#')[1])).toContain(sid);
  });
  it('changes the boundary when the security administrators have marked it', () => {
    const ask = {
      action: 'iam:CreatePolicyVersion',
      resource: `arn:aws:iam::${account}:policy/serverlessapp-prod-permissions-boundary`,
      context: { [`aws:PrincipalTag/${BOUNDARY_CHANGE_TAG}`]: 'approved' },
    };
    expect(world.decide(deployer, ask, NOTHING_CHANGED).decision).toBe('allow');
  });
});

/** A positive test of whether an AWS service asks is false for somebody anonymous, to whom the key does not come. */
it('no Deny of the policies asks whether an AWS service is there without minding that the key may be absent', () => {
  const folder = path.join(__dirname, '../../policies');
  const files = ['perimeter', 'keys', 'endpoints', 'organization'].flatMap((name) =>
    readdirSync(path.join(folder, name))
      .filter((file) => file.endsWith('.json'))
      .map((file) => path.join(folder, name, file)),
  );
  const bare = files.flatMap((file) => {
    const { Statement = [] } = JSON.parse(readFileSync(file, 'utf8')) as {
      Statement?: { Sid: string; Effect: string; Condition?: Record<string, Record<string, unknown>> }[];
    };
    return Statement.filter(
      ({ Effect, Condition }) =>
        Effect === 'Deny' &&
        /aws:(?:PrincipalIsAWSService|ViaAWSService)":"false"/.test(
          JSON.stringify(Condition?.['Bool'] ?? {}),
        ),
    ).map(({ Sid }) => `${path.basename(file)}: ${Sid}`);
  });
  expect(bare).toEqual([]);
});
