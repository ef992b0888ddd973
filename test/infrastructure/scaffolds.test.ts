import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { STAGE_NAMES } from '../../lib/config/schema';
import { type Scaffold, ScaffoldError, writeScaffold } from '../../tools/scaffold/scaffold';
import { newAlarm } from '../../tools/scaffold/new-alarm';
import { newFunction } from '../../tools/scaffold/new-function';
import { newRule } from '../../tools/scaffold/new-rule';
import { newStage } from '../../tools/scaffold/new-stage';
import { newThreshold } from '../../tools/scaffold/new-threshold';
import { PROJECT_ROOT } from '../support/document-references';

// A type check of everything, beside other work.
jest.setTimeout(600_000);

const run = promisify(execFile);

/** What is made or fetched, and no source. */
const NO_SOURCE = new Set([
  'node_modules',
  '.git',
  '.tools',
  '.cache',
  'dist',
  'cdk.out',
  'compliance-report',
]);

let copy: string;
beforeAll(() => {
  copy = mkdtempSync(path.join(tmpdir(), 'serverlessapp-scaffolds-'));
  for (const name of readdirSync(PROJECT_ROOT).filter((each) => !NO_SOURCE.has(each)))
    cpSync(path.join(PROJECT_ROOT, name), path.join(copy, name), { recursive: true });
  symlinkSync(path.join(PROJECT_ROOT, 'node_modules'), path.join(copy, 'node_modules'));
});
afterAll(() => {
  rmSync(copy, { recursive: true, force: true });
});

/** Runs a program of Node in the copy. @throws Error with what it says when it fails */
const inCopy = async (...args: string[]): Promise<string> => {
  // A jest in there takes a temporary directory of its own, and not this one away at its end.
  const env = { ...process.env, SERVERLESSAPP_TEST_TEMP: undefined };
  try {
    return (await run(process.execPath, args, { cwd: copy, env, maxBuffer: 1e8 })).stdout;
  } catch (error) {
    const { stdout = '', stderr = '', code } = error as { stdout?: string; stderr?: string; code?: number };
    throw Object.assign(new Error(`${args.join(' ')}\n${stdout}\n${stderr}`), { code });
  }
};
const command = (...args: string[]): Promise<string> =>
  inCopy('--import', 'tsx', 'bin/commands/new.ts', ...args);

/** Files that are not as in the project, by their paths from the root. */
const touched = (): string[] =>
  readdirSync(copy, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.relative(copy, path.join(parentPath, name)))
    .filter((file) => {
      const original = path.join(PROJECT_ROOT, file);
      return !existsSync(original) || !readFileSync(original).equals(readFileSync(path.join(copy, file)));
    })
    .sort();

const byHand: string[] = [];
/** What the hand does besides: here only what somebody must who wants the new thing to do something. */
function edit(file: string, before: string, after: string): void {
  byHand.push(file);
  const target = path.join(copy, file);
  const text = readFileSync(target, 'utf8');
  expect(text.split(before)).toHaveLength(2);
  writeFileSync(target, text.replace(before, after));
}

const QUEUE = { type: 'AWS::SQS::Queue', property: 'KmsMasterKeyId', control: 'ENC-01' } as const;
/** Each command, the scaffold that it writes, and in how many files a person may have to write. */
const KINDS: readonly [arguments: string, scaffold: () => Scaffold, most: number][] = [
  [
    'function check-format',
    () => newFunction({ name: 'check-format', stack: 'processing', folder: 'image-processor' }),
    4,
  ],
  [
    'function list-labels --stack api',
    () => newFunction({ name: 'list-labels', stack: 'api', folder: 'image-processor' }),
    4,
  ],
  [
    `rule queue-key --type ${QUEUE.type} --property ${QUEUE.property} --control ${QUEUE.control}`,
    () => newRule(PROJECT_ROOT, { name: 'queue-key', ...QUEUE }),
    3,
  ],
  [
    'alarm many-failed --metric picturesFailed --above 10',
    () => newAlarm({ name: 'many-failed', metric: 'picturesFailed', above: 10 }),
    3,
  ],
  ['threshold both-floor --value 50', () => newThreshold({ name: 'both-floor', value: 50 }), 3],
  [
    'stage rehearsal --account 101010101010',
    () => newStage({ name: 'rehearsal', account: '101010101010' }),
    2,
  ],
];

/** What the new stage says of everything that was added; told by a process of the copy. */
const PROBE = `
import { FUNCTION_IDS } from './lambda/functions';
import { loadStageConfig } from './lib/config/load';
import { ofType, synthesize } from './test/support/synthesized-stage';
const stage = synthesize(loadStageConfig('rehearsal'));
const named = (type: string, property: string) => ofType(stage, type).map(({ Properties }) => Properties[property]);
console.log(JSON.stringify({
  ids: FUNCTION_IDS,
  functions: named('AWS::Lambda::Function', 'FunctionName'),
  alarms: named('AWS::CloudWatch::Alarm', 'AlarmName'),
  machines: JSON.stringify(ofType(stage, 'AWS::StepFunctions::StateMachine')),
  policies: JSON.stringify(ofType(stage, 'AWS::IAM::ManagedPolicy')),
  thresholds: stage.config.thresholds,
}));
`;

/** The application with its gate's checks, and the tests of the functions and of what is pure: a third of the time. */
const QUICK_BUILD = {
  extends: './tsconfig.json',
  include: [
    ...['bin/app.ts', 'bin/delivery.ts', 'lambda', 'lib', 'compliance/rules/checks', 'tools/documents'],
    ...['test/infrastructure', 'test/unit/domain', 'test/unit/handlers', 'test/unit/compliance/checks'],
  ],
};

describe('what npm run new begins', () => {
  it.each(KINDS)('%s leaves a person few files', async (line, scaffold, most) => {
    const { files, entries, byHand: hand } = scaffold();
    expect(Object.keys(hand).length).toBeLessThanOrEqual(most);
    // What is made is for a person to fill; a list is not, unless it says so.
    expect(Object.keys(hand)).toEqual(expect.arrayContaining(Object.keys(files)));
    const told = await command(...line.split(' '));
    for (const file of Object.keys(files)) {
      expect(told).toContain(`made: ${file}`);
      expect(readFileSync(path.join(copy, file), 'utf8')).toBe(files[file]);
    }
    for (const { file, text } of entries) {
      expect(told).toContain(`entered: ${file}`);
      expect(readFileSync(path.join(copy, file), 'utf8')).toContain(text);
    }
  });

  it('puts a new stage behind the gate on every pull request', () => {
    const workflow = parse(readFileSync(path.join(copy, '.github/workflows/compliance.yml'), 'utf8')) as {
      jobs: { gate: { strategy: { matrix: { stage: string[] } } } };
    };
    expect(workflow.jobs.gate.strategy.matrix.stage).toEqual([...STAGE_NAMES, 'rehearsal']);
  });

  it('is a green build once somebody invokes the function', async () => {
    edit(
      'lib/constructs/processing/classification-definition.ts',
      "    .next(\n      new Choice(scope, 'IsReviewDue')",
      "    .next(rejectable(task('CheckFormat', 'checkFormat', 'As the test says')))\n    .next(\n      new Choice(scope, 'IsReviewDue')",
    );
    // Nothing else was touched: what the commands say that they made and entered, and what they told somebody to write.
    const all = KINDS.map(([, scaffold]) => scaffold());
    expect(all.flatMap(({ byHand: hand }) => Object.keys(hand))).toEqual(expect.arrayContaining(byHand));
    const told = all.flatMap(({ files, entries }) => [
      ...Object.keys(files),
      ...entries.map(({ file }) => file),
    ]);
    expect(touched()).toEqual([...new Set([...told, ...byHand])].sort());
    writeFileSync(path.join(copy, 'probe.ts'), PROBE);
    writeFileSync(path.join(copy, 'quick.json'), JSON.stringify(QUICK_BUILD));
    const [answer] = await Promise.all([
      inCopy('--import', 'tsx', 'probe.ts'),
      inCopy('node_modules/typescript-7/bin/tsc', '--singleThreaded', '--project', 'quick.json'),
    ]);
    const found = JSON.parse(answer) as Record<string, unknown>;
    expect(found).toMatchObject({
      ids: expect.arrayContaining(['checkFormat', 'listLabels']) as unknown,
      functions: expect.arrayContaining([
        'serverlessapp-rehearsal-check-format',
        'serverlessapp-rehearsal-list-labels',
      ]) as unknown,
      alarms: expect.arrayContaining([
        'serverlessapp-rehearsal-many-failed',
        'serverlessapp-rehearsal-function-errors-check-format',
      ]) as unknown,
      machines: expect.stringContaining('serverlessapp-rehearsal-check-format:live') as unknown,
      policies: expect.stringContaining('serverlessapp-rehearsal-check-format:live') as unknown,
      thresholds: { accept: 90, bothFloor: 50, floor: 60, margin: 15 },
    });
  });

  it('passes its own tests, and those of what it was entered into', async () => {
    const patterns = 'check-format|list-labels|queue-key|domain/(thresholds|choose-category)';
    await inCopy('node_modules/jest/bin/jest.js', '--selectProjects', 'unit', '--testPathPatterns', patterns);
  });
});

it('refuses what is there, what it does not know, and what is no name, and writes nothing', async () => {
  const scaffold = newStage({ name: 'other', account: '202020202020' });
  const broken = {
    ...scaffold,
    entries: [{ file: 'lib/config/load.ts', before: 'no such line', text: 'x' }],
  };
  expect(() => {
    writeScaffold(copy, broken);
  }).toThrow(ScaffoldError);
  expect(readdirSync(path.join(copy, 'lib/config'))).not.toContain('other.ts');
  expect(() => newFunction({ name: 'CheckFormat', stack: 'api', folder: 'file-manager' })).toThrow('kebab');
  expect(() => newRule(copy, { name: 'x', type: 'A::B::C', property: 'P', control: 'NO-01' })).toThrow(
    'NO-01',
  );
  await expect(command('function', 'check-format')).rejects.toMatchObject({ code: 2 });
  await expect(command('something', 'new')).rejects.toMatchObject({ code: 2 });
});
