import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { parseCommand } from '../../../compliance/cli/arguments';
import { STAGE_NAMES } from '../../../lib/config/schema';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import { silentProgress } from '../../../tools/setup/progress';
import { ensurePythonTool } from '../../../tools/setup/python-tools';

const WORKFLOWS = path.join(PROJECT_ROOT, '.github/workflows');
const { scripts, engines } = JSON.parse(readFileSync(path.join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
  engines: { node: string };
};

interface Workflow {
  readonly jobs: Record<
    string,
    {
      readonly strategy?: { readonly matrix?: { readonly stage?: readonly string[] } };
      readonly steps: readonly {
        readonly run?: string;
        readonly uses?: string;
        readonly with?: Readonly<Record<string, string | number | boolean>>;
      }[];
    }
  >;
}
const read = (file: string): Workflow => parse(readFileSync(path.join(WORKFLOWS, file), 'utf8')) as Workflow;
const workflows = readdirSync(WORKFLOWS);

/** A call of the gate as a workflow or hook spells it, understood by the gate's own parser. */
function parseCall(call: string): ReturnType<typeof parseCommand> {
  const [npm, run, ...words] = call.replace('"$STAGE"', 'dev').split(' ');
  expect([npm, run]).toEqual(['npm', 'run']);
  const [script, separator, ...args] = words.filter((word) => word !== '--silent');
  expect(Object.keys(scripts)).toContain(script);
  expect([script, separator]).toEqual(['compliance', '--']);
  return parseCommand(args);
}

describe('the workflows', () => {
  let zizmor: (file: string) => { status: number | null; output: string };
  let scratch: string;
  beforeAll(async () => {
    const tool = await ensurePythonTool('zizmor', { progress: silentProgress });
    zizmor = (file) => {
      const options = ['--offline', '--no-progress', '--strict-collection', '--persona', 'pedantic'];
      const { status, stdout, stderr } = spawnSync(tool.script('zizmor'), [...options, file], {
        encoding: 'utf8',
      });
      return { status, output: stdout + stderr };
    };
    scratch = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-workflows-'));
  }, 120_000);
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  test.each(workflows)('%s is valid, pins its actions, and has no right that it does not need', (file) =>
    expect(zizmor(path.join(WORKFLOWS, file))).toMatchObject({ status: 0 }),
  );

  test.each<[string, (text: string) => string, string]>([
    ['an action by its tag', (text) => text.replace(/checkout@\w{40}/, 'checkout@v6'), 'unpinned-uses'],
    [
      'rights for all jobs',
      (text) => text.replace('permissions: {}', 'permissions: write-all'),
      'excessive-permissions',
    ],
    [
      'a value pasted into a script',
      (text) => text.replace('"$STAGE"', '${{ github.head_ref }}'),
      'template-injection',
    ],
    [
      'kept credentials',
      (text) => text.replace('persist-credentials: false', 'fetch-depth: 1'),
      'artipacked',
    ],
    [
      'a key that there is not',
      (text) => text.replace('steps:', 'stepz:'),
      'does not match expected validation schema',
    ],
  ])('would be refused with %s', (_case, change, message) => {
    const file = path.join(scratch, 'changed.yml');
    const text = readFileSync(path.join(WORKFLOWS, 'compliance.yml'), 'utf8');
    writeFileSync(file, change(text));
    expect(change(text)).not.toBe(text);
    const { status, output } = zizmor(file);
    expect(status).not.toBe(0);
    expect(output).toContain(message);
  });

  test('run commands that there are, the gate on every stage', () => {
    const jobs = workflows.flatMap((file) => Object.values(read(file).jobs));
    const calls = jobs.flatMap(({ steps }) => steps.flatMap(({ run = '' }) => run.match(/^npm .+$/gm) ?? []));
    const calledTests = calls.filter((call) => /^npm (run )?test[ :]/.test(call));
    expect(calls.filter((call) => !calledTests.includes(call)).map(parseCall)).toEqual([
      expect.objectContaining({ name: 'evaluate', stage: 'dev', engines: undefined }),
    ]);
    expect(calledTests).toEqual(['npm test -- --selectProjects unit programs', 'npm run test:hostile']);
    expect(Object.keys(scripts)).toContain('test:hostile');
    expect(jobs.flatMap(({ strategy }) => strategy?.matrix?.stage ?? [])).toEqual(STAGE_NAMES);
  });

  test('begin once on the oldest Node that package.json promises', () => {
    const asked = workflows.flatMap((file) =>
      Object.values(read(file).jobs).flatMap(({ steps }) =>
        steps.flatMap((step) => step.with?.['node-version'] ?? []),
      ),
    );
    expect(`>=${asked.find((version) => version !== 24)}`).toBe(engines.node);
  });
});

test('the pre-commit hook calls engines that there are, on files that there are', () => {
  const { repos } = parse(readFileSync(path.join(PROJECT_ROOT, '.pre-commit-config.yaml'), 'utf8')) as {
    repos: { hooks: { entry: string; files: string }[] }[];
  };
  const hooks = repos.flatMap((repo) => repo.hooks);
  expect(hooks.map(({ entry }) => parseCall(entry))).toEqual([
    expect.objectContaining({ name: 'evaluate', stage: 'dev', engines: new Set(['cdk-nag', 'cfn-guard']) }),
  ]);
  const folders = hooks.flatMap(({ files }) => files.replace(/^\^\(|\)\/$/g, '').split('|'));
  expect(readdirSync(PROJECT_ROOT)).toEqual(expect.arrayContaining(folders));
});
