import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadAssembly } from '../../../compliance/assembly/assembly';
import { type BareTemplate, writeBareTemplates } from '../../../compliance/assembly/bare-templates';
import { includeAssembly } from '../../../compliance/assembly/include-assembly';
import { evaluateWithCdkNag } from '../../../compliance/engines/cdk-nag';
import { evaluateWithGuard } from '../../../compliance/engines/cfn-guard';
import { evaluateWithCfnLint } from '../../../compliance/engines/cfn-lint';
import { evaluateWithCheckov } from '../../../compliance/engines/checkov';
import { evaluateSecrets } from '../../../compliance/engines/checkov-secrets';
import { evaluateWithCloudFormationValidate } from '../../../compliance/engines/cloudformation-validate';
import { exitCodeOf, evaluate } from '../../../compliance/gate';
import { loadPinnedRules, pinFailures } from '../../../compliance/pinned-rules';
import { loadRegister } from '../../../compliance/register/load';
import { synthesize, type Synthesized } from '../../../compliance/synthesize';
import type { EngineResult, VerdictRow } from '../../../compliance/verdict-row';
import { silentProgress } from '../../../tools/setup/progress';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import { ensurePythonTool } from '../../../tools/setup/python-tools';
import { buildSmallApplication } from '../../support/small-application';

/** The line that makes the unprotected bucket. */
const SMALL_APPLICATION = 'test/support/small-application.ts';
const INJECTED = {
  file: SMALL_APPLICATION,
  line:
    readFileSync(path.join(PROJECT_ROOT, SMALL_APPLICATION), 'utf8')
      .split('\n')
      .findIndex((line) => line.includes("'Unprotected'")) + 1,
};
const MINUTES = 60_000;

let scratch: string;
let small: Synthesized;
let templates: BareTemplate[];
beforeAll(() => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-engines-'));
  small = synthesize(path.join(scratch, 'cdk.out'), PROJECT_ROOT, (app) => {
    buildSmallApplication(app, { unprotectedBucket: true });
  });
  templates = writeBareTemplates(small.assembly, path.join(scratch, 'bare'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const on = (result: EngineResult, logicalId: string, verdict: VerdictRow['verdict']): VerdictRow[] =>
  result.rows.filter(({ resource, verdict: actual }) => resource.startsWith(logicalId) && actual === verdict);

const templateFile = (name: string, resources: Record<string, unknown>): BareTemplate => {
  const file = path.join(scratch, name);
  writeFileSync(file, JSON.stringify({ Resources: resources }));
  const [stack] = small.assembly.stacks;
  if (stack === undefined) throw new Error('no stack');
  return { stack, file };
};

describe('an unprotected bucket is found, with the line that makes it, and a protected one is not, by', () => {
  const expectFound = (result: EngineResult, rule: string): void => {
    expect(result.failures).toEqual([]);
    expect(on(result, 'Unprotected', 'non-compliant').find((row) => row.rule === rule)?.source).toEqual(
      INJECTED,
    );
    expect(on(result, 'Kept', 'compliant').map((row) => row.rule)).toContain(rule);
    expect(pinFailures(result, loadPinnedRules())).toEqual([]);
  };

  test('cdk-nag', () =>
    expectFound(
      evaluateWithCdkNag(small.constructs),
      'HIPAA.Security::HIPAA.Security-S3BucketVersioningEnabled',
    ));

  test('the own pack', () =>
    expectFound(evaluateWithCdkNag(small.constructs), 'ServerlessApp::ServerlessApp-CustomerManagedKey'));

  test(
    'cfn-guard',
    async () => expectFound(await evaluateWithGuard(templates, scratch), 'bucket_closed'),
    MINUTES,
  );

  test(
    'checkov',
    async () => {
      const { python } = await ensurePythonTool('checkov', { progress: silentProgress });
      expectFound(await evaluateWithCheckov(python, templates, scratch), 'CKV_AWS_21');
    },
    2 * MINUTES,
  );

  test('cdk-nag over templates alone', () => {
    const foreign = loadAssembly(path.join(scratch, 'cdk.out'), PROJECT_ROOT);
    const { constructs } = includeAssembly(foreign, path.join(scratch, 'included'));
    expectFound(evaluateWithCdkNag(constructs), 'HIPAA.Security::HIPAA.Security-S3BucketVersioningEnabled');
  });
});

test(
  'a bucket without encryption is reported by three engines, each with the line that makes it',
  async () => {
    const encryption = {
      'cdk-nag': 'ServerlessApp::ServerlessApp-CustomerManagedKey',
      'cfn-guard': 's3_bucket_default_encryption_kms_check',
      'template-checks': 'own-key',
    } as const;
    const engines = new Set(Object.keys(encryption) as (keyof typeof encryption)[]);
    const options = { stage: 'dev', templates: path.join(scratch, 'cdk.out'), today: '2026-06-01' };
    const found = await evaluate(
      { ...options, engines, progress: silentProgress, register: { ...loadRegister(), entries: [] } },
      ({ rows }) =>
        Promise.resolve(rows.filter(({ rule }) => Object.values<string>(encryption).includes(rule))),
    );
    const places = (verdict: VerdictRow['verdict'], logicalId: string) =>
      found
        .filter((row) => row.verdict === verdict && row.resource.startsWith(logicalId))
        .map(({ engine, source }) => [engine, source]);
    expect(places('non-compliant', 'Unprotected')).toEqual([...engines].map((engine) => [engine, INJECTED]));
    expect(places('compliant', 'Kept').map(([engine]) => engine)).toEqual([...engines]);
    expect(places('non-compliant', 'Kept')).toEqual([]);
  },
  2 * MINUTES,
);

describe('an invalid template is found by', () => {
  const invalid = () =>
    templateFile('invalid.json', { Bad: { Type: 'AWS::S3::Bucket', Properties: { NoSuchProperty: true } } });

  test(
    'cfn-lint, and the planted error too',
    async () => {
      const tool = await ensurePythonTool('cfn-lint', { progress: silentProgress });
      const result = await evaluateWithCfnLint(tool.python, [invalid(), ...templates], scratch);
      expect(result.failures).toEqual([]);
      expect(result.rows.map(({ rule, verdict }) => `${rule} ${verdict}`)).toEqual([
        'E3002 non-compliant',
        'cfn-lint compliant',
      ]);
    },
    2 * MINUTES,
  );

  test(
    "the CDK's validator, and the planted error too",
    async () => {
      const result = await evaluateWithCloudFormationValidate([invalid(), ...templates], scratch);
      expect(result.failures).toEqual([]);
      expect(result.rows.filter(({ verdict }) => verdict === 'non-compliant').length).toBeGreaterThan(0);
      expect(result.rows.at(-1)?.verdict).toBe('compliant');
    },
    2 * MINUTES,
  );
});

test(
  'a secret in a file is found, and a file without one is not',
  async () => {
    const repository = path.join(scratch, 'repository');
    mkdirSync(repository, { recursive: true });
    writeFileSync(path.join(repository, 'clean.ts'), 'export const region = "us-east-1";\n');
    writeFileSync(
      path.join(repository, 'leak.ts'),
      `const id = "${['AKIA', 'Z7XK3QWERTYUIO2P'].join('')}";\n`,
    );
    const { python } = await ensurePythonTool('checkov', { progress: silentProgress });
    const result = await evaluateSecrets(python, repository, scratch);
    expect(result.failures).toEqual([]);
    expect(result.rows.map(({ resource, verdict }) => `${resource} ${verdict}`)).toEqual([
      'leak.ts non-compliant',
    ]);
  },
  2 * MINUTES,
);

describe('an engine that cannot be trusted fails the gate', () => {
  const never = path.join(os.tmpdir(), 'no-such-interpreter');

  test('when its tool is missing', async () =>
    expect(evaluateWithCheckov(never, templates, scratch)).rejects.toMatchObject({ code: 'TOOL_MISSING' }));

  test(
    'when checkov cannot parse a template, though it exits as if it had evaluated',
    async () => {
      const file = path.join(scratch, 'broken.json');
      writeFileSync(file, '{"Resources": {"A.B": {"Type": "AWS::S3::Bucket"');
      const { python } = await ensurePythonTool('checkov', { progress: silentProgress });
      const [first] = templates;
      if (first === undefined) throw new Error('no template');
      const { failures } = await evaluateWithCheckov(python, [{ ...first, file }], scratch);
      expect(failures.length).toBeGreaterThan(0);
    },
    2 * MINUTES,
  );

  const pinned = { 'cdk-nag': { version: '3', rules: ['A', 'B'] } };
  const ran = (rulesRun: string[], version = '3'): EngineResult => ({
    engine: 'cdk-nag',
    version,
    rows: [],
    rulesRun,
    failures: [],
    notAssessed: [],
  });
  test.each([
    ['a pinned rule did not run', ran(['A']), 'did not run: B'],
    ['a rule was exchanged for another', ran(['A', 'C']), 'did not run: B'],
    ['it is another version', ran(['A', 'B'], '4'), 'pinned is 3'],
  ])('when %s', (_case, result, message) => expect(pinFailures(result, pinned).join()).toContain(message));
  test('and not when all is as pinned', () => expect(pinFailures(ran(['A', 'B']), pinned)).toEqual([]));
});

describe('the exit code', () => {
  const row = (verdict: VerdictRow['verdict']) => ({ verdict }) as VerdictRow;
  test.each([
    [0, 'all is well', [row('compliant'), row('excepted')], []],
    [1, 'there is a finding', [row('compliant'), row('non-compliant')], []],
    [2, 'the gate failed, findings or not', [row('non-compliant')], ['checkov crashed']],
    [2, 'a rule could not evaluate', [row('compliant'), row('error')], []],
    [2, 'nothing was evaluated', [], []],
  ])('is %d when %s', (code, _case, rows, failures) =>
    expect(exitCodeOf({ rows, failures, strict: true })).toBe(code),
  );

  test.each([
    [0, 'something could not be evaluated', [row('compliant'), row('error')], []],
    [1, 'there is a finding beside it', [row('non-compliant'), row('error')], []],
    [2, 'an engine was blind', [row('compliant')], ['checkov crashed']],
    [2, 'nothing was evaluated', [], []],
  ])('is %d when %s and the run is not strict', (code, _case, rows, failures) =>
    expect(exitCodeOf({ rows, failures, strict: false })).toBe(code),
  );
});
