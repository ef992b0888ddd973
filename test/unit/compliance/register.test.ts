import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import type { Assembly, EvaluatedResource } from '../../../compliance/assembly/assembly';
import { parseTestResult, type TestResult } from '../../../compliance/controls/test-results';
import { evaluateSuppressions } from '../../../compliance/register/find-suppressions';
import { evaluateRegister } from '../../../compliance/register/evaluate-register';
import {
  type Approval,
  approvedFindings,
  digestOf,
  findingLine,
  loadApprovals,
  writeApproval,
} from '../../../compliance/register/approvals';
import { decisionOn } from '../../../compliance/register/approve';
import { loadRegister } from '../../../compliance/register/load';
import { applyRegister } from '../../../compliance/register/match';
import { exceptionSchema, type RegisterEntry } from '../../../compliance/register/schema';
import type { EngineResult, VerdictRow } from '../../../compliance/verdict-row';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import { junitXml, type TestCase } from '../../../tools/testing/junit';

const RULE = 'AwsSolutions::AwsSolutions-S1';
const PATH = 'serverlessapp-dev/storage/Pictures/Resource';

const ENTRY: RegisterEntry = exceptionSchema.parse({
  id: 'EXC-001',
  title: 'Access logging of the pictures',
  rules: { 'cdk-nag': [RULE] },
  resources: ['serverlessapp-{stage}/storage/Pictures/Resource'],
  reason: 'A reason that an auditor can follow without the code.',
  risk: { level: 'low', description: 'A risk that somebody has thought about properly.' },
  compensatingControl: {
    description: 'Something else that does what the rule asks for.',
    shownBy: [{ engine: 'cdk-nag', rule: 'AwsSolutions::AwsSolutions-S10' }],
  },
  owner: 'image-platform',
  approver: 'security-assurance',
  ticket: 'SEC-1',
  expires: '2027-01-01',
});

const resource = (constructPath: string, metadata?: Record<string, unknown>): EvaluatedResource => ({
  stack: 'serverlessapp-dev-storage',
  logicalId: constructPath.replaceAll('/', ''),
  type: 'AWS::S3::Bucket',
  constructPath,
  template: { file: 'storage.template.json', line: 1 },
  source: undefined,
  body: { Type: 'AWS::S3::Bucket', ...(metadata && { Metadata: metadata }) },
});

const assemblyOf = (
  resources: readonly EvaluatedResource[],
  acknowledgements: { constructPath: string; rule: string }[] = [],
): Assembly => ({
  directory: '/nowhere',
  stacks: [
    {
      name: 'serverlessapp-dev-storage',
      stackName: 'serverlessapp-dev-storage',
      environment: 'aws://111122223333/us-east-1',
      templateFile: 'storage.template.json',
      template: { Resources: {} },
      resources,
      loops: [],
      acknowledgements,
    },
  ],
  notRead: [],
});

const row = (overrides: Partial<VerdictRow> = {}): VerdictRow => ({
  engine: 'cdk-nag',
  rule: RULE,
  title: 'Logging',
  verdict: 'non-compliant',
  stack: 'serverlessapp-dev-storage',
  resource: 'Pictures',
  constructPath: PATH,
  controls: [],
  strength: 'property',
  severity: 'error',
  message: '',
  ...overrides,
});
const PROOF_OF_COMPENSATION = row({ rule: 'AwsSolutions::AwsSolutions-S10', verdict: 'compliant' });

const resultOf = (rows: VerdictRow[]): EngineResult => ({
  engine: 'cdk-nag',
  version: '3',
  rows,
  rulesRun: [RULE, 'AwsSolutions::AwsSolutions-S10'],
  failures: [],
  notAssessed: [],
});

const ASSEMBLY = assemblyOf([resource(PATH), resource('serverlessapp-dev/storage/Other/Resource')]);

/** A decision on what an entry covers in dev. */
const approvalOf = (entry: RegisterEntry, rows: readonly VerdictRow[]): Approval => ({
  id: entry.id,
  by: entry.approver,
  on: '2026-01-01',
  entry: digestOf(entry),
  findings: approvedFindings(new Map([['dev', new Set(rows.map((each) => findingLine(each, 'dev')))]])),
});
const APPROVALS = new Map([[ENTRY.id, approvalOf(ENTRY, [row()])]]);

const broken = (
  changes: Partial<RegisterEntry> = {},
  {
    today = '2026-06-01',
    latest = '',
    rows = [row(), PROOF_OF_COMPENSATION],
    assembly = ASSEMBLY,
    approvals = new Map([[ENTRY.id, approvalOf({ ...ENTRY, ...changes }, rows)]]),
  } = {},
): string[] =>
  evaluateRegister([{ ...ENTRY, ...changes }], {
    approvals,
    stage: 'dev',
    today,
    ...(latest !== '' && { latest }),
    assembly,
    results: [resultOf(rows)],
    projectRoot: '/nowhere',
  }).flatMap(({ verdict, rule }) => (verdict === 'non-compliant' ? [rule] : []));

const approvedBy = (by: string) => new Map([[ENTRY.id, { ...approvalOf(ENTRY, [row()]), by }]]);

describe('an entry of the exceptions register', () => {
  test('that is in order breaks no rule', () => expect(broken()).toEqual([]));

  test.each([
    ['expired', 'EXPIRED', {}, { today: '2027-01-02' }],
    ['that has ended by the latest day known, if not by the clock', 'EXPIRED', {}, { latest: '2027-01-02' }],
    ['that nobody approved', 'UNAPPROVED', {}, { approvals: new Map() }],
    [
      'that was changed after its approval',
      'UNAPPROVED',
      { title: 'Something else' },
      { approvals: APPROVALS },
    ],
    [
      'that is renewed without an approval',
      'UNAPPROVED',
      { expires: '2026-12-31' },
      { approvals: APPROVALS },
    ],
    ['approved by another role', 'UNAPPROVED', {}, { approvals: approvedBy('data-protection-office') }],
    ['approved tomorrow', 'UNAPPROVED', {}, { today: '2025-12-31' }],
    [
      'approved tomorrow, whatever time is stated',
      'UNAPPROVED',
      {},
      { today: '2025-12-31', latest: '2026-06-01' },
    ],
    ['that would stand for more than a year', 'UNAPPROVED', { expires: '2027-06-01' }, {}],
    [
      'with a finding that was not there when it was approved',
      'UNAPPROVED',
      {},
      { approvals: APPROVALS, rows: [row(), row({ constructPath: `${PATH}/Child` }), PROOF_OF_COMPENSATION] },
    ],
    ['of an unknown rule', 'UNKNOWN-RULE', { rules: { 'cdk-nag': ['AwsSolutions::AwsSolutions-NO1'] } }, {}],
    ['of an unknown construct', 'UNKNOWN-CONSTRUCT', { resources: ['serverlessapp-dev/storage/Gone'] }, {}],
    ['of a whole pack', 'TOO-BROAD', { rules: { 'cdk-nag': ['AwsSolutions::*'] } }, {}],
    ['of a whole stack', 'TOO-BROAD', { resources: ['serverlessapp-dev/storage'] }, {}],
    ['of a whole stage', 'TOO-BROAD', { resources: ['serverlessapp-dev'] }, {}],
    ['of a pattern of constructs', 'TOO-BROAD', { resources: ['serverlessapp-dev/storage/*'] }, {}],
    ['of every finding without a proof', 'TOO-BROAD', { rules: { 'cdk-nag': [`${RULE}[*]`] } }, {}],
    ['that nothing needs any more', 'UNUSED', {}, { rows: [PROOF_OF_COMPENSATION] }],
    ['whose compensating control showed nothing', 'COMPENSATION', {}, { rows: [row()] }],
    [
      'whose compensating control has findings',
      'COMPENSATION',
      {},
      { rows: [row(), PROOF_OF_COMPENSATION, row({ rule: 'AwsSolutions::AwsSolutions-S10' })] },
    ],
    [
      'whose compensating test is not there',
      'COMPENSATION',
      { compensatingControl: { ...ENTRY.compensatingControl, shownBy: [{ test: 'test/gone.test.ts' }] } },
      {},
    ],
  ] as const)('%s breaks %s', (_case, rule, changes, context) =>
    expect(broken(changes as Partial<RegisterEntry>, context as Parameters<typeof broken>[1])).toContain(
      rule,
    ),
  );

  test.each([
    ['nobody ran it here', [], true],
    ['it passed on these sources', ['passed'], true],
    ['it failed on these sources', ['failed'], false],
    ['each of its cases was skipped', ['skipped'], false],
  ] as const)('is compensated by a test that names it where %s', (_case, outcomes, holds) => {
    const file = 'test/unit/compliance/register.test.ts';
    const entry = {
      ...ENTRY,
      compensatingControl: { ...ENTRY.compensatingControl, shownBy: [{ test: file }] },
    };
    const result = (outcome: TestCase['outcome']): TestResult =>
      parseTestResult(
        junitXml({
          ...{ name: file, suite: 'unit', started: new Date(0), commit: '', modified: false, digest: '' },
          cases: [{ name: 'a case', group: '', seconds: 0, outcome, message: '' }],
        }),
      );
    const compensation = evaluateRegister([entry], {
      approvals: undefined,
      stage: 'dev',
      today: '2026-06-01',
      assembly: ASSEMBLY,
      results: [resultOf([row()])],
      projectRoot: PROJECT_ROOT,
      tests: outcomes.map(result),
    }).find(({ rule }) => rule === 'COMPENSATION');
    expect(compensation?.verdict).toBe(holds ? 'compliant' : 'non-compliant');
    expect(compensation?.message).toMatch(holds ? /^$/ : /did not pass: [01] failed, 0 passed/);
  });

  test('that ends within thirty days gives notice, and still holds', () => {
    const [expiry] = evaluateRegister([ENTRY], {
      approvals: APPROVALS,
      stage: 'dev',
      today: '2026-12-15',
      assembly: ASSEMBLY,
      results: [resultOf([row(), PROOF_OF_COMPENSATION])],
      projectRoot: '/nowhere',
    });
    expect(expiry).toMatchObject({ rule: 'EXPIRED', verdict: 'compliant', severity: 'warning' });
    expect(expiry?.message).toContain('17 days');
  });

  test('is not evaluated for an application that is not among the templates, but for the others it is', () => {
    const context = {
      stage: 'dev',
      today: '2026-06-01',
      assembly: ASSEMBLY,
      results: [resultOf([row(), PROOF_OF_COMPENSATION])],
      projectRoot: '/nowhere',
      approvals: APPROVALS,
    };
    const elsewhere = 'serverlessapp-delivery/Gone/Resource';
    const findings = (resources: string[], absent?: ReadonlySet<string>): string[] =>
      evaluateRegister([{ ...ENTRY, resources }], { ...context, ...(absent && { absent }) }).flatMap(
        ({ verdict, rule }) => (verdict === 'non-compliant' && rule !== 'UNAPPROVED' ? [rule] : []),
      );
    const delivery = new Set(['serverlessapp-delivery']);
    expect(findings([PATH, elsewhere])).toEqual(['UNKNOWN-CONSTRUCT', 'UNUSED', 'COMPENSATION']);
    expect(findings([PATH, elsewhere], delivery)).toEqual([]);
    expect(findings(['serverlessapp-dev/storage/Gone', elsewhere], delivery)).toContain('UNKNOWN-CONSTRUCT');
    expect(
      evaluateRegister([{ ...ENTRY, resources: [elsewhere] }], { ...context, absent: delivery }),
    ).toEqual([]);
  });

  test('is evaluated only in its stages', () =>
    expect(broken({ stages: ['prod'] }, { today: '2030-01-01' })).toEqual([]));

  test.each([
    ['owner and approver are one', { approver: 'image-platform' }, 'differ'],
    ['no compensating control', { compensatingControl: undefined }, 'compensatingControl'],
    [
      'no check that shows the control',
      { compensatingControl: { description: 'x'.repeat(40), shownBy: [] } },
      'check',
    ],
    ['no such day', { expires: '2027-02-31x' }, 'YYYY-MM-DD'],
    ['an excuse for a reason', { reason: 'Not needed.' }, 'auditor'],
    ['an unknown field', { permanent: true }, 'permanent'],
  ])('is refused when: %s', (_case, changes, message) =>
    expect(JSON.stringify(exceptionSchema.safeParse({ ...ENTRY, ...changes }).error?.issues)).toContain(
      message,
    ),
  );
});

describe('what shows the compensating control', () => {
  const bucket = resource(PATH);
  const other = 'serverlessapp-dev/storage/Other/Resource';
  const policyOf = (logicalId: string): EvaluatedResource => ({
    ...resource('serverlessapp-dev/storage/Pictures/Policy/Resource'),
    body: { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: { Ref: logicalId } } },
  });
  const shown = (on: string, assembly: Assembly, evidence: object = {}): string[] => {
    const shownBy = [{ engine: 'cdk-nag', rule: 'AwsSolutions::AwsSolutions-S10', ...evidence }];
    return broken(
      { compensatingControl: { ...ENTRY.compensatingControl, shownBy } },
      { rows: [row(), { ...PROOF_OF_COMPENSATION, constructPath: on }], assembly },
    );
  };
  test('holds on the excepted resource, not on another', () => {
    expect(shown(PATH, ASSEMBLY)).toEqual([]);
    expect(shown(other, ASSEMBLY)).toEqual(['COMPENSATION']);
  });
  test('or on what names it', () => {
    const named = assemblyOf([bucket, policyOf(bucket.logicalId)]);
    expect(shown('serverlessapp-dev/storage/Pictures/Policy/Resource', named)).toEqual([]);
    const stranger = assemblyOf([bucket, policyOf('SomethingElse')]);
    expect(shown('serverlessapp-dev/storage/Pictures/Policy/Resource', stranger)).toEqual(['COMPENSATION']);
  });
  test('or where the entry says, each of these places', () => {
    expect(shown(other, ASSEMBLY, { at: ['serverlessapp-{stage}/storage/Other'] })).toEqual([]);
    expect(shown(other, ASSEMBLY, { at: ['serverlessapp-{stage}/storage/Other', PATH] })).toEqual([
      'COMPENSATION',
    ]);
    expect(shown(other, ASSEMBLY, { at: [other], for: ['serverlessapp-dev/storage/Elsewhere'] })).toEqual([
      'COMPENSATION',
    ]);
  });
  test('by a test only when it names the entry', () => {
    const byTest = (test: string) =>
      evaluateRegister(
        [{ ...ENTRY, compensatingControl: { ...ENTRY.compensatingControl, shownBy: [{ test }] } }],
        {
          stage: 'dev',
          today: '2026-06-01',
          assembly: ASSEMBLY,
          results: [resultOf([row()])],
          projectRoot: PROJECT_ROOT,
          approvals: APPROVALS,
        },
      ).find(({ rule }) => rule === 'COMPENSATION');
    expect(byTest('test/unit/compliance/register.test.ts')?.verdict).toBe('compliant');
    expect(byTest('test/security/keys.test.ts')?.message).toMatch(
      /does not say which of its cases is about EXC-001/,
    );
  });
});

describe('a decision', () => {
  test('tells what changed since the last', () => {
    const added = row({ constructPath: `${PATH}/Child` });
    const lines = new Set([row(), added].map((each) => findingLine(each, 'dev')));
    const { approval, ...told } = decisionOn(
      ENTRY,
      { by: 'security-assurance', on: '2026-02-01', approvals: APPROVALS },
      new Map([['dev', lines]]),
    );
    expect(told).toEqual({
      reworded: false,
      added: [`${findingLine(added, 'dev')} (every stage)`],
      gone: [],
    });
    expect(approval.on).toBe('2026-02-01');
  });
  test('keeps what is found in every stage once, and what is found in one by its stage', () => {
    expect(
      approvedFindings(
        new Map([
          ['dev', new Set(['b', 'a'])],
          ['prod', new Set(['a'])],
        ]),
      ),
    ).toEqual({
      'every stage': ['a'],
      dev: ['b'],
    });
  });
});

describe('applying the register', () => {
  const apply = (changed: Partial<VerdictRow>, stage = 'dev') =>
    applyRegister([row(changed)], [ENTRY], stage)[0];

  test('excepts exactly what it names', () =>
    expect(apply({})).toMatchObject({ verdict: 'excepted', exception: 'EXC-001' }));

  test.each([
    ['another rule', { rule: 'AwsSolutions::AwsSolutions-S2' }, 'dev'],
    ['another engine', { engine: 'checkov' as const }, 'dev'],
    ['a construct whose name only begins alike', { constructPath: `${PATH}2` }, 'dev'],
    ['another stage', {}, 'prod'],
  ])('leaves alone %s', (_case, changed, stage) =>
    expect(apply(changed, stage)?.verdict).toBe('non-compliant'),
  );

  test('turns nothing else into an exception', () =>
    expect(apply({ verdict: 'compliant' })?.verdict).toBe('compliant'));
});

describe('a suppression', () => {
  const rulesOf = (assembly: Assembly) =>
    evaluateSuppressions(assembly, [ENTRY], 'dev', undefined).filter(
      ({ verdict }) => verdict === 'non-compliant',
    );

  test('that the register knows is none', () =>
    expect(rulesOf(assemblyOf([resource(PATH)], [{ constructPath: PATH, rule: RULE }]))).toEqual([]));

  test.each([
    ['cdk_nag', { cdk_nag: { rules_to_suppress: [{ id: 'AwsSolutions-S2', reason: 'x' }] } }],
    ['checkov', { checkov: { skip: [{ id: 'CKV_AWS_18', comment: 'x' }] } }],
    ['guard', { guard: { SuppressedRules: ['s3_bucket_logging_enabled_check'] } }],
    ['cfn-lint', { 'cfn-lint': { config: { ignore_checks: ['W3005'] } } }],
    ['cfn_nag', { cfn_nag: { rules_to_suppress: [{ id: 'W35' }] } }],
    ['a shape nobody knows', { checkov: { skip: 'everything' } }],
  ])('in the metadata of %s is found', (_case, metadata) =>
    expect(rulesOf(assemblyOf([resource(PATH, metadata)]))).toHaveLength(1),
  );

  test('acknowledged in code without its pack is found, with the reason why that is worse', () => {
    const found = rulesOf(assemblyOf([resource(PATH)], [{ constructPath: PATH, rule: 'AwsSolutions-S1' }]));
    expect(found[0]?.message).toContain('not even be reported');
  });
});

describe('a register file', () => {
  let directory: string;
  const ROLES = parse(readFileSync(path.join(PROJECT_ROOT, 'policies/roles.yaml'), 'utf8')) as {
    roles: Record<string, { team: string; mayApprove: boolean }>;
  };
  beforeAll(() => {
    directory = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-register-'));
    writeFileSync(path.join(directory, 'roles.yaml'), stringify(ROLES));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  const load = (...entries: object[]) => {
    writeFileSync(path.join(directory, 'exceptions.yaml'), stringify({ exceptions: entries }));
    return loadRegister(directory);
  };

  test('in order is read', () => expect(load(ENTRY).entries).toEqual([ENTRY]));

  test.each([
    [
      'one id among those in use and those retired',
      { retired: [{ id: 'EXC-001', was: 'x'.repeat(40) }] },
      /stands twice/,
    ],
    [
      'an entry that is gone without being retired',
      { exceptions: [{ ...ENTRY, id: 'EXC-003' }] },
      /EXC-001 stands nowhere/,
    ],
    ['the last id taken out without being retired', { next: 'EXC-003' }, /EXC-002 stands nowhere/],
    ['a counter that was counted back', { next: 'EXC-001' }, /EXC-001 is given already: say the one after/],
  ])('is refused with %s', (_case, changes, message) => {
    writeFileSync(path.join(directory, 'exceptions.yaml'), stringify({ exceptions: [ENTRY], ...changes }));
    expect(() => loadRegister(directory)).toThrow(message);
  });

  test('is read with a counter that stands behind all that was given', () => {
    const retired = [{ id: 'EXC-002', was: 'x'.repeat(40) }];
    const register = { exceptions: [ENTRY], retired, next: 'EXC-003' };
    writeFileSync(path.join(directory, 'exceptions.yaml'), stringify(register));
    expect(loadRegister(directory).next).toBe('EXC-003');
  });

  test('comes with its approvals, as they were written', () => {
    const approval = approvalOf(ENTRY, [row()]);
    const file = writeApproval(directory, approval);
    expect(load(ENTRY).approvals).toEqual(new Map([[ENTRY.id, approval]]));
    expect(readFileSync(file, 'utf8')).toContain('serverlessapp-STAGE/storage/Pictures/Resource');
    writeFileSync(path.join(directory, 'approvals', 'EXC-002.yaml'), readFileSync(file, 'utf8'));
    expect(() => loadApprovals(directory)).toThrow(/EXC-002.yaml is not valid: it approves EXC-001/);
    rmSync(path.join(directory, 'approvals'), { recursive: true });
  });

  test.each<[string, object[], RegExp]>([
    ['an owner who is no role', [{ ...ENTRY, owner: 'somebody' }], /owner "somebody" is no role/],
    ['an approver who is no role', [{ ...ENTRY, approver: 'somebody' }], /no role .+ that may approve/],
    [
      'an approver who may not approve',
      [{ ...ENTRY, owner: 'security-assurance', approver: 'image-platform' }],
      /"image-platform" is no role .+ that may approve/,
    ],
    ['one id twice', [ENTRY, ENTRY], /EXC-001 stands twice/],
  ])('is refused with %s', (_case, entries, message) => expect(() => load(...entries)).toThrow(message));

  test('is refused when owner and approver are of one team', () => {
    const team = ROLES.roles['image-platform']?.team ?? '';
    const deputy = { team, mayApprove: true };
    writeFileSync(path.join(directory, 'roles.yaml'), stringify({ roles: { ...ROLES.roles, deputy } }));
    expect(() => load({ ...ENTRY, approver: 'deputy' })).toThrow(/owner and approver are the same team/);
  });
});

test('the register of this project is valid, and its approvers are of other teams', () => {
  const { entries, roles } = loadRegister();
  expect(entries.length).toBeLessThanOrEqual(15);
  for (const { owner, approver } of entries) expect(roles[owner]?.team).not.toBe(roles[approver]?.team);
});
