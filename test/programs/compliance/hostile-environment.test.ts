import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { type BareTemplate, writeBareTemplates } from '../../../compliance/assembly/bare-templates';
import { evaluateWithCfnLint } from '../../../compliance/engines/cfn-lint';
import { evaluateWithCheckov } from '../../../compliance/engines/checkov';
import { evaluateDependencies, readAudit } from '../../../compliance/engines/dependency-audit';
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
  NODE_OPTIONS: '--no-warnings',
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

  describe('when the home folder leads npm to another registry', () => {
    const PLANTED = {
      url: 'https://github.com/advisories/GHSA-xvch-5gv4-984h',
      title: 'Prototype Pollution in minimist',
      severity: 'critical',
      vulnerable_versions: '<1.2.6',
    };
    /** A copy of what npm audit reads of the project, with settings of its own. */
    const projectWith = (settings: string): string => {
      const project = mkdtempSync(path.join(scratch, 'settings-'));
      for (const file of ['package.json', 'package-lock.json'])
        copyFileSync(path.join(PROJECT_ROOT, file), path.join(project, file));
      writeFileSync(path.join(project, '.npmrc'), settings);
      return project;
    };
    const audited = async (answer: object, project = PROJECT_ROOT): Promise<EngineResult> => {
      const server = createServer((request, response) => {
        if (!request.url?.endsWith('/advisories/bulk')) response.statusCode = 404;
        response.setHeader('content-type', 'application/json');
        request.resume().on('end', () => response.end(JSON.stringify(answer)));
      });
      await once(server.listen(0, '127.0.0.1'), 'listening');
      const { port } = server.address() as AddressInfo;
      const home = mkdtempSync(path.join(scratch, 'registry-home-'));
      writeFileSync(path.join(home, '.npmrc'), `registry=http://127.0.0.1:${port}/\n`);
      for (const name of Object.keys(process.env))
        if (/^npm_config_/i.test(name)) Reflect.deleteProperty(process.env, name);
      process.env['HOME'] = home;
      try {
        return await evaluateDependencies(project, new Set(['zod']), scratch);
      } finally {
        server.close();
      }
    };
    it(
      'that knows of no vulnerability at all, nothing is said to hold',
      async () => {
        const { rows, failures, notAssessed } = await audited({});
        expect({ rows, failures }).toEqual({ rows: [], failures: [] });
        expect(notAssessed).toEqual([expect.stringContaining('does not know of the planted GHSA-xvch')]);
      },
      2 * MINUTES,
    );
    it(
      'that knows of the planted one, what is bundled is said to have none',
      async () => {
        const { rows, notAssessed } = await audited({ minimist: [PLANTED] });
        expect(notAssessed).toEqual([]);
        expect(rows.map(({ verdict }) => verdict)).toEqual(expect.arrayContaining(['compliant']));
      },
      2 * MINUTES,
    );
    it(
      'and the project’s own settings say offline, the registry is asked all the same',
      async () => {
        const zod = { ...PLANTED, url: 'https://github.com/advisories/GHSA-zod', vulnerable_versions: '*' };
        const project = projectWith('offline=true\nprefer-offline=true\naudit=false\nomit[]=dev\n');
        const { rows } = await audited({ minimist: [PLANTED], zod: [zod] }, project);
        expect(rows.filter(({ resource }) => resource === 'zod')).toEqual([
          expect.objectContaining({ verdict: 'non-compliant' }),
        ]);
      },
      2 * MINUTES,
    );
    it(
      'and the project’s own settings lead to one that knows of nothing, nothing is said to hold',
      async () => {
        const silent = createServer((request, response) => {
          request.resume().on('end', () => response.end('{}'));
        });
        await once(silent.listen(0, '127.0.0.1'), 'listening');
        const { port } = silent.address() as AddressInfo;
        try {
          const project = projectWith(`registry=http://127.0.0.1:${port}/\n`);
          const { rows, notAssessed } = await audited({ minimist: [PLANTED] }, project);
          expect(rows).toEqual([]);
          expect(notAssessed).toEqual([expect.stringContaining('does not know of the planted GHSA-xvch')]);
        } finally {
          silent.close();
        }
      },
      2 * MINUTES,
    );
  });

  it.each([
    [{ prod: 10, dev: 0 }, 1],
    [{ prod: 0, dev: 10 }, 1],
    [{ prod: 10, dev: 10 }, 0],
  ])('when npm audit saw only a part of the packages: %j', (dependencies, expected) => {
    const report = { auditReportVersion: 2, vulnerabilities: {}, metadata: { dependencies } };
    expect(readAudit(JSON.stringify(report), '11', new Set(['zod'])).failures).toHaveLength(expected);
  });
});

describe('given options by which Node loads code of others first', () => {
  const QUIET = `process.on('exit', () => { process.exitCode = 0; });\n`;
  /** As above, on a Node that cannot replace a process. */
  const STAYING = `delete process.execve;\n${QUIET}`;
  const place = (name: string, text: string): string => {
    const file = path.join(scratch, name);
    writeFileSync(file, text);
    return file;
  };
  /** The launcher with a wrong option, which ends with 2 as soon as the command looks at it. */
  const launched = (command: string, env: NodeJS.ProcessEnv) =>
    spawnSync(process.execPath, [path.join(PROJECT_ROOT, 'bin', command), ...(WRONG[command] ?? [])], {
      cwd: PROJECT_ROOT,
      encoding: 'utf8',
      env: { ...before, ...env },
    });
  const WRONG: Record<string, string[]> = {
    'run.mjs': ['compliance', '--nonsense'],
    'gate.mjs': ['--templates', '/nonexistent', '--nonsense'],
  };

  /** What a module of the launcher's, which is plain JavaScript, says. */
  const asModule = (text: string): unknown =>
    JSON.parse(
      spawnSync(process.execPath, ['--input-type=module', '--eval', text], {
        cwd: PROJECT_ROOT,
        encoding: 'utf8',
        env: before,
      }).stdout,
    );

  it.each([
    ['run.mjs', '--import', 'quiet.mjs', QUIET],
    ['run.mjs', '--require', 'quiet.cjs', QUIET],
    ['run.mjs', '-r', 'quiet.cjs', QUIET],
    ['run.mjs', '--experimental-loader', 'quiet.mjs', QUIET],
    ['run.mjs', '--import', 'staying.mjs', STAYING],
    ['gate.mjs', '--import', 'quiet.mjs', QUIET],
    ['gate.mjs', '--import', 'staying.mjs', STAYING],
  ])(
    'bin/%s keeps its exit code with %s %s',
    (command, option, name, text) => {
      const NODE_OPTIONS = `${option} ${place(name, text)}`;
      // Otherwise the code is gone: the module does what it is for. (A loader runs in a thread of its own.)
      const bare = spawnSync(process.execPath, ['-e', 'process.exit(2)'], {
        env: { ...before, NODE_OPTIONS },
      });
      expect(bare.status).toBe(option.includes('loader') ? 2 : 0);
      const { status, stderr } = launched(command, { NODE_OPTIONS });
      expect(stderr).toContain(`${name} is left out: nothing is loaded before the gate.`);
      expect(stderr).toContain('--nonsense');
      expect(status).toBe(2);
    },
    MINUTES,
  );

  it(
    'npm run compliance keeps its exit code with node-options of a home’s .npmrc',
    () => {
      const home = path.join(scratch, 'npm-home');
      mkdirSync(home, { recursive: true });
      writeFileSync(path.join(home, '.npmrc'), `node-options=--import=${place('quiet.mjs', QUIET)}\n`);
      const env = Object.fromEntries(Object.entries(before).filter(([name]) => !/^npm_/i.test(name)));
      const { status, stderr } = spawnSync('npm', ['run', '--silent', 'compliance', '--', '--nonsense'], {
        cwd: PROJECT_ROOT,
        encoding: 'utf8',
        env: { ...env, HOME: home },
      });
      expect(stderr).toContain('is left out');
      expect(status).toBe(2);
    },
    MINUTES,
  );

  it.each([
    ['--max-old-space-size=900 --use-openssl-ca', '--max-old-space-size=900 --use-openssl-ca', []],
    ['--max_old_space_size=900', '--max_old_space_size=900', []],
    ['--dns-result-order ipv4first --no-warnings', '--dns-result-order ipv4first --no-warnings', []],
    ['--import "/a b/x.mjs" --no-warnings', '--no-warnings', ['--import "/a b/x.mjs"']],
    ['--require=/x.cjs -r /y.cjs', '', ['--require=/x.cjs', '-r /y.cjs']],
    ['--experimental_loader=/x.mjs', '', ['--experimental_loader=/x.mjs']],
    ['"--import" /x.mjs', '', ['"--import" /x.mjs']],
    [
      '--inspect-brk --unhandled-rejections=none -C forged',
      '',
      ['--inspect-brk', '--unhandled-rejections=none', '-C forged'],
    ],
    ['', '', []],
  ])('of %j harmless ones stay', (text, kept, left) =>
    expect(
      asModule(`import { harmlessOptions } from './tools/doctor/node-options.mjs';
        console.log(JSON.stringify(harmlessOptions(${JSON.stringify(text)})));`),
    ).toEqual({ kept, left }),
  );

  it('no cache of compiled code and no other way to resolve modules is handed on', () => {
    const env = { NODE_COMPILE_CACHE: '/home/x', NODE_PRESERVE_SYMLINKS: '1', NODE_EXTRA_CA_CERTS: '/x.pem' };
    const left = asModule(`import { removeForeignVariables } from './tools/doctor/clean-environment.mjs';
      const env = ${JSON.stringify(env)};
      removeForeignVariables(env);
      console.log(JSON.stringify(env));`);
    expect(left).toEqual({ NODE_EXTRA_CA_CERTS: '/x.pem' });
  });

  it('nothing that says what the CDK synthesizes, or how, is handed on', () => {
    const told = readFileSync(
      path.join(PROJECT_ROOT, 'node_modules/aws-cdk-lib/cx-api/lib/cxapi.js'),
      'utf8',
    );
    // The library's own list of what it is told by the environment.
    const names = [...told.matchAll(/_ENV="(\w+)"/g)].map(([, name = '']) => name);
    expect(names).toEqual(expect.arrayContaining(['CDK_CONTEXT_JSON', 'CONTEXT_OVERFLOW_LOCATION_ENV']));
    const env = Object.fromEntries(
      [...names, 'CDK_VALIDATION', 'CDK_DISABLE_STACK_TRACE'].map((name) => [name, 'x']),
    );
    const left = asModule(`import { removeForeignVariables } from './tools/doctor/clean-environment.mjs';
      const env = ${JSON.stringify({ ...env, CDK_DISABLE_CLI_TELEMETRY: 'true' })};
      removeForeignVariables(env);
      console.log(JSON.stringify(env));`);
    expect(left).toEqual({ CDK_DISABLE_CLI_TELEMETRY: 'true' });
  });
});
