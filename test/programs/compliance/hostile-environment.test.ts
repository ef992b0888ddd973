import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type BareTemplate, writeBareTemplates } from '../../../compliance/assembly/bare-templates';
import { evaluateWithCfnLint } from '../../../compliance/engines/cfn-lint';
import { evaluateWithCheckov } from '../../../compliance/engines/checkov';
import { readAudit } from '../../../compliance/engines/dependency-audit';
import { userEnvironment } from '../../../compliance/engines/engine-environment';
import { runTool } from '../../../compliance/engines/run-tool';
import { synthesize } from '../../../compliance/synthesize';
import type { EngineResult } from '../../../compliance/verdict-row';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import { silentProgress } from '../../../tools/setup/progress';
import { ensurePythonTool } from '../../../tools/setup/python-tools';
import { buildSmallApplication } from '../../support/small-application';

const MINUTES = 60_000;
/** Each silences an engine, and leaves it with the exit code of a clean run, where it is listened to. */
const HOSTILE_VARIABLES = {
  CKV_SKIP_CHECK: 'CKV_AWS_*,CKV2_*',
  CKV_FRAMEWORK: 'terraform',
  CKV_SOFT_FAIL: 'true',
  NODE_ENV: 'production',
  npm_config_omit: 'dev',
  GIT_DIR: '/nonexistent',
};
const HOSTILE_FILES = {
  '.checkov.yaml': 'skip-check:\n  - CKV_AWS_*\n  - CKV2_*\nsoft-fail: true\n',
  '.cfnlintrc': 'ignore_checks: [E, W]\n',
  '.config/cfn-lint/.cfnlintrc': 'ignore_checks: [E, W]\n',
};

let scratch: string;
let templates: BareTemplate[];
const before = { ...process.env };

beforeAll(() => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-hostile-'));
  const small = synthesize(path.join(scratch, 'cdk.out'), PROJECT_ROOT, (app) => {
    buildSmallApplication(app, { unprotectedBucket: true });
  });
  templates = writeBareTemplates(small.assembly, path.join(scratch, 'bare'));
});
afterEach(() => {
  for (const name of Object.keys(process.env))
    if (!(name in before)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, before);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function turnHostile(): void {
  const home = path.join(scratch, 'hostile-home');
  for (const [name, content] of Object.entries(HOSTILE_FILES)) {
    mkdirSync(path.dirname(path.join(home, name)), { recursive: true });
    writeFileSync(path.join(home, name), content);
  }
  Object.assign(process.env, HOSTILE_VARIABLES, { HOME: home, XDG_CONFIG_HOME: path.join(home, '.config') });
}

const verdicts = ({ rows, rulesRun, failures }: EngineResult) => ({
  rows: rows.map(({ rule, resource, verdict }) => `${rule} ${resource} ${verdict}`).sort(),
  rulesRun,
  failures,
});

describe('given a home folder and variables that tell the engines to look away', () => {
  it(
    'checkov reaches the same verdicts',
    async () => {
      const { python } = await ensurePythonTool('checkov', { progress: silentProgress });
      const expected = verdicts(await evaluateWithCheckov(python, templates, scratch));
      turnHostile();
      expect(verdicts(await evaluateWithCheckov(python, templates, scratch))).toEqual(expected);
      expect(expected.rows).toContainEqual(expect.stringMatching(/^CKV_AWS_53 Unprotected.* non-compliant$/));
    },
    4 * MINUTES,
  );

  it(
    'cfn-lint reaches the same verdicts',
    async () => {
      const tool = await ensurePythonTool('cfn-lint', { progress: silentProgress });
      const evaluated = () => evaluateWithCfnLint(tool.python, templates, scratch);
      const expected = verdicts(await evaluated());
      turnHostile();
      expect(verdicts(await evaluated())).toEqual(expected);
      expect(expected.failures).toEqual([]);
    },
    4 * MINUTES,
  );

  it('npm and Git are told of no setting that leaves something out', async () => {
    turnHostile();
    expect(Object.keys(userEnvironment())).not.toEqual(expect.arrayContaining(['NODE_ENV']));
    const { stdout } = await runTool(process.execPath, ['-p', 'JSON.stringify(process.env)'], {
      env: userEnvironment(),
    });
    expect(Object.keys(HOSTILE_VARIABLES).filter((name) => name in (JSON.parse(stdout) as object))).toEqual(
      [],
    );
  });
});

describe('an engine that was silenced all the same fails the gate', () => {
  it(
    'when checkov is told not to run a check, by whatever means',
    async () => {
      const { python } = await ensurePythonTool('checkov', { progress: silentProgress });
      const wrapper = path.join(scratch, 'silenced-python');
      writeFileSync(wrapper, `#!/bin/sh\nCKV_SKIP_CHECK=CKV_AWS_53,CKV_AWS_21 exec '${python}' "$@"\n`, {
        mode: 0o755,
      });
      const { failures, rulesRun } = await evaluateWithCheckov(wrapper, templates, scratch);
      expect(failures).toEqual([
        expect.stringContaining('did not find the planted CKV_AWS_53'),
        expect.stringContaining('was told not to run CKV_AWS_21, CKV_AWS_53'),
      ]);
      expect(rulesRun).not.toContain('CKV_AWS_21');
    },
    2 * MINUTES,
  );

  it.each([
    [{ prod: 10, dev: 0 }, 1],
    [{ prod: 0, dev: 10 }, 1],
    [{ prod: 10, dev: 10 }, 0],
  ])('when npm audit saw only a part of the packages: %j', (dependencies, expected) => {
    const report = { auditReportVersion: 2, vulnerabilities: {}, metadata: { dependencies } };
    expect(readAudit(JSON.stringify(report), '11', new Set(['zod'])).failures).toHaveLength(expected);
  });
});
