import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { collectEvidence } from '../../../compliance/report/evidence';
import { exitCodeOf, type GateOptions, evaluate, type Evaluation } from '../../../compliance/gate';
import { loadProfile } from '../../../compliance/profiles/load';
import { writeBaseline } from '../../../compliance/profiles/baseline';
import type { EngineName, VerdictRow } from '../../../compliance/verdict-row';
import { silentProgress } from '../../../tools/setup/progress';

// A machine that does other things besides takes its time for the CDK.
jest.setTimeout(60_000);

let directory: string;
let count = 0;
beforeAll(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-profiles-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const file = (name: string, content: unknown): string => {
  count += 1;
  const place = path.join(directory, String(count), name);
  mkdirSync(path.dirname(place), { recursive: true });
  writeFileSync(place, typeof content === 'string' ? content : stringify(content));
  return place;
};
const assembly = (stackName: string, template: unknown): string => {
  const place = path.dirname(file('t.json', JSON.stringify(template)));
  const properties = { templateFile: 't.json', stackName };
  const artifacts = { s: { type: 'aws:cloudformation:stack', properties } };
  writeFileSync(path.join(place, 'manifest.json'), JSON.stringify({ artifacts }));
  return place;
};

const SUPPRESSED = {
  Type: 'AWS::S3::Bucket',
  Metadata: { cfn_nag: { rules_to_suppress: [{ id: 'W35' }] } },
  Properties: { BucketName: 'ours-x', Tags: [{ Key: 'Team', Value: 'a' }] },
};
const TEMPLATE = {
  Resources: {
    B: SUPPRESSED,
    Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Statement: [] } } },
  },
};
const evaluated = <T>(
  templates: string,
  options: Partial<GateOptions>,
  use: (evaluation: Evaluation) => Promise<T>,
  engines: EngineName[] = ['cdk-nag'],
): Promise<T> =>
  evaluate(
    {
      stage: 'dev',
      templates,
      engines: new Set(engines),
      today: '2026-11-29',
      progress: silentProgress,
      ...options,
    },
    use,
  );
const rowsOf = (templates: string, options: Partial<GateOptions> = {}): Promise<readonly VerdictRow[]> =>
  evaluated(templates, options, ({ rows }) => Promise.resolve(rows));
const own = (rows: readonly VerdictRow[], rule: string): string[] =>
  rows
    .filter((row) => row.rule.startsWith(`ServerlessApp::ServerlessApp-${rule}`))
    .map(({ resource, rule: found, verdict }) => `${resource}${found.replace(/^[^[]*/, '')} ${verdict}`);

test('the generic profile asks for no convention of this application; ours asks for all of them', async () => {
  const templates = assembly('App', TEMPLATE);
  const generic = await rowsOf(templates);
  const open = (rows: readonly VerdictRow[]) =>
    rows
      .filter(({ rule, verdict }) => rule.startsWith('ServerlessApp::') && verdict === 'non-compliant')
      .map(({ rule }) => rule.replace(/^.*-(\w+)(\[.*)?$/, '$1'));
  expect(open(generic)).toEqual([]);
  const ours = await rowsOf(templates, { profile: 'serverlessapp' });
  expect([...new Set(open(ours))]).toEqual([
    'CustomerManagedKey',
    'DataPerimeter',
    'NamePrefix',
    'RequiredTags',
  ]);
  expect(generic.filter(({ message }) => message.startsWith('Not adopted: ')).length).toBeGreaterThan(0);
});

test('a profile of a team asks for its tags and names, its frameworks, and leaves out its rules with their reason', async () => {
  const reason = 'Logs of access are kept by the trail of the organisation instead.';
  const S3_LOGGING = 'HIPAA.Security::HIPAA.Security-S3BucketLoggingEnabled';
  const profile = file('profile.yaml', {
    requiredTags: ['Team', 'Cost'],
    namePattern: '^ours-',
    frameworks: ['HIPAA'],
    rulesNotAdopted: [{ engine: 'cdk-nag', rule: S3_LOGGING, reason }],
  });
  const rows = await rowsOf(assembly('App', TEMPLATE), { profile });
  expect(own(rows, 'NamePrefix')).toEqual(['B compliant', 'Role non-compliant']);
  expect(own(rows, 'RequiredTags')).toEqual([
    'B[Cost] non-compliant',
    'Role[Cost] non-compliant',
    'Role[Team] non-compliant',
  ]);
  expect(rows.find(({ rule }) => rule === S3_LOGGING)).toMatchObject({
    verdict: 'not-applicable',
    message: `Not adopted: ${reason}`,
  });
  const open = rows.filter(({ verdict, controls }) => verdict === 'non-compliant' && controls.length > 0);
  expect(open.length).toBeGreaterThan(0);
  expect(open.filter(({ controls }) => !controls.some((control) => control.startsWith('HIPAA:')))).toEqual(
    [],
  );
});

test('what is wrong with a profile is said in sentences, and none is taken for another', () => {
  const message = (content: unknown): string => {
    try {
      loadProfile(file('p.yaml', content));
      return 'taken';
    } catch (error) {
      return String(error).replace(/^.*cannot be used: /s, '');
    }
  };
  expect(message({ namePattern: '(' })).toBe('namePattern: is no regular expression. Fix it and run again.');
  expect(message({ rulesNotAdopted: [{ engine: 'cdk-nag', rule: 'ABC', reason: 'no' }] })).toContain(
    'rulesNotAdopted.0.reason: say it in a sentence that an auditor accepts (30 characters)',
  );
  expect(message({ unknown: 1 })).toMatch(/^the whole: Unrecognized key: "unknown"/);
  expect(message('a: [')).not.toMatch(/[{}]/);
  expect(() => loadProfile('no-such.yaml')).toThrow(/^There is no profile no-such\.yaml\. Say generic/);
});

describe('known findings of a baseline', () => {
  const templates = () => assembly('App', TEMPLATE);
  const SIGNED = {
    owner: 'the storage team',
    reason: 'They stood before the gate; the team works them off in spring.',
  };

  test('do not fail until it expires, and are open after that day', async () => {
    const baseline = path.join(path.dirname(file('x', '')), 'baseline.yaml');
    const place = templates();
    const known = writeBaseline(baseline, await rowsOf(place), '2026-11-29');
    expect(known).toBeGreaterThan(10);
    const profile = path.join(path.dirname(baseline), 'profile.yaml');
    writeFileSync(profile, 'baseline: baseline.yaml\n');
    await expect(rowsOf(place, { profile })).resolves.toBeDefined();
    writeFileSync(baseline, stringify({ ...(parse(readFileSync(baseline, 'utf8')) as object), ...SIGNED }));
    const codeOn = (today: string) =>
      evaluated(place, { profile, today }, (it) => Promise.resolve(exitCodeOf(it)));
    expect(await codeOn('2026-11-29')).toBe(0);
    expect(await codeOn('2027-02-28')).toBe(1);
    expect(() => writeBaseline(baseline, [], '2026-11-29')).toThrow(/a baseline only shrinks/);
  });

  test('that are fixed have to be taken out, and one does not last longer than half a year', async () => {
    const gone = { engine: 'cdk-nag', rule: 'X::X-Gone', stack: 'App', resource: 'B' };
    const baseline = { taken: '2026-11-01', expires: '2027-04-01', ...SIGNED, findings: [gone] };
    const profile = file('profile.yaml', 'baseline: baseline.yaml\n');
    const place = path.join(path.dirname(profile), 'baseline.yaml');
    writeFileSync(place, stringify(baseline));
    const rows = await rowsOf(templates(), { profile });
    expect(
      rows.filter(({ rule }) => rule.startsWith('BASELINE-')).map(({ rule, verdict }) => [rule, verdict]),
    ).toEqual([
      ['BASELINE-EXPIRED', 'compliant'],
      ['BASELINE-SHRINKS', 'non-compliant'],
    ]);
    writeFileSync(place, stringify({ ...baseline, expires: '2027-11-01' }));
    expect(() => loadProfile(profile)).toThrow(/expires: must be after .+ at most 180 days/);
  });
});

test("a team's own register excepts by stack and logical id, under the same discipline as ours", async () => {
  const entry = {
    id: 'EXC-001',
    title: 'The bucket keeps no versions',
    rules: { 'cdk-nag': ['HIPAA.Security::HIPAA.Security-S3BucketVersioningEnabled'] },
    resources: ['App/B'],
    reason: 'It holds what can be made again within minutes, and nothing else.',
    risk: { level: 'low', description: 'What is overwritten has to be made again from its sources.' },
    compensatingControl: {
      description: 'The sources themselves are kept with their versions in another bucket.',
      shownBy: [{ engine: 'cdk-nag', rule: 'Serverless::Serverless-None' }],
    },
    owner: 'storage',
    approver: 'security',
    ticket: 'ABC-1',
    expires: '2026-11-20',
  };
  const profile = file('profile.yaml', 'register: .\n');
  const write = (name: string, content: unknown): void =>
    writeFileSync(path.join(path.dirname(profile), name), stringify(content));
  write('exceptions.yaml', { exceptions: [entry] });
  write('roles.yaml', {
    roles: { storage: { team: 'a', mayApprove: false }, security: { team: 'b', mayApprove: true } },
  });
  const rows = await rowsOf(assembly('App', TEMPLATE), { profile });
  expect(rows.filter(({ exception }) => exception === 'EXC-001').map(({ resource }) => resource)).toEqual([
    'B',
  ]);
  expect(
    rows
      .filter(({ engine, verdict }) => engine === 'exceptions-register' && verdict === 'non-compliant')
      .map(({ rule }) => rule),
  ).toEqual(['COMPENSATION', 'EXPIRED']);
});

test('suppressions in templates of others are shown, and heeded by nobody', async () => {
  const rows = await rowsOf(assembly('App', TEMPLATE));
  expect(
    rows
      .filter(({ engine }) => engine === 'exceptions-register')
      .map(({ verdict, message }) => [verdict, message]),
  ).toEqual([
    [
      'not-applicable',
      "The template's metadata silences W35 of exceptions-register; it was evaluated all the same.",
    ],
  ]);
});

test('the pack says of templates of others what their user says, and neither our stage nor our commit', async () => {
  const templates = assembly('App', TEMPLATE);
  const identityOf = (about: GateOptions['about']) =>
    evaluated(templates, about === undefined ? {} : { about }, (evaluation) => {
      const { identity } = collectEvidence(evaluation, { generated: new Date(0), tests: [] });
      const { title, stage, commit, source, profile, strict } = identity;
      return Promise.resolve({ title, stage, commit: commit.id, source, profile, strict });
    });
  const unsaid = {
    stage: 'not stated',
    commit: 'not stated',
    source: undefined,
    profile: 'generic',
    strict: false,
  };
  expect(await identityOf(undefined)).toEqual({ title: 'Compliance evidence: App', ...unsaid });
  const about = { subject: 'Payments', source: 'https://example.com/pay', commit: 'abc', stage: 'live' };
  expect(await identityOf(about)).toEqual({
    ...unsaid,
    ...{
      title: 'Compliance evidence: Payments',
      stage: 'live',
      commit: 'abc',
      source: 'https://example.com/pay',
    },
  });
});

describe('of this application nothing is loosened:', () => {
  const unreadable = { Resources: { B: { Type: 'AWS::S3::Bucket', Properties: {} }, Bad: { Typ: 'x' } } };
  const codeOf = (stackName: string, strict: boolean) =>
    evaluated(assembly(stackName, unreadable), { strict }, (it) => Promise.resolve(exitCodeOf(it)), [
      'template-scope',
    ]);

  test('what could not be evaluated fails it, asked or not; of others only when asked', async () => {
    expect(await codeOf('serverlessapp-dev-storage', false)).toBe(2);
    expect(await codeOf('App', false)).toBe(0);
    expect(await codeOf('App', true)).toBe(2);
  });

  test('no other profile evaluates it', async () => {
    const ours = assembly('serverlessapp-dev-storage', TEMPLATE);
    await expect(rowsOf(ours, { profile: 'generic' })).rejects.toThrow(/evaluated by its own profile/);
  });
});
