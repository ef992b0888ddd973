import { type Ended, makeWholePack, type Step, stepsOf, type World } from '../../../bin/evidence/whole-pack';
import { SELF_TEST } from '../../../compliance/controls/test-results';

const files = ['test/unit/a.test.ts', 'test/unit/b.test.ts', 'test/integration/c.test.ts'];
const ALL = [...files, SELF_TEST];
const DONE: Ended = { code: 0, signal: null };

/** A machine on which each step leaves its results, unless a test says otherwise. */
function machine(
  change: {
    readonly kept?: Record<string, number>;
    /** How a step ends, by its name, and what it left behind. */
    readonly ends?: Record<string, { readonly ended: Ended; readonly left?: Record<string, number> }>;
    readonly changesSources?: boolean;
    readonly endedAt?: string;
  } = {},
) {
  const results = new Map(Object.entries(change.kept ?? {}));
  const ran: Step[] = [];
  const said: string[] = [];
  let ended = false;
  const world: World = {
    files,
    kept: () => [...results].map(([file, failed]) => ({ file, failed })),
    sources: () => (change.changesSources === true ? `digest ${ran.length}` : 'digest'),
    wasEnded: () => ended,
    say: (text) => said.push(text),
    run: (step) => {
      ran.push(step);
      ended = change.endedAt === step.name;
      const told = change.ends?.[step.name];
      const left = told?.left ?? Object.fromEntries(told ? [] : step.produces.map((file) => [file, 0]));
      for (const [file, failed] of Object.entries(left)) results.set(file, failed);
      return Promise.resolve(told?.ended ?? DONE);
    },
  };
  return { world, ran, said: () => said.join('\n') };
}
const names = (steps: readonly Step[]): string[] => steps.map(({ name }) => name);

test('a fresh clone runs tests, the self-test and the gate, in this order', async () => {
  const { world, ran, said } = machine();
  expect(await makeWholePack(world, ['--stage', 'dev'])).toBe(0);
  expect(names(ran)).toEqual(['tests', 'self-test of the gate', 'gate']);
  expect(ran[0]?.args).toEqual(expect.arrayContaining(['--runTestsByPath', ...files]));
  expect(ran[2]?.args.slice(-2)).toEqual(['--stage', 'dev']);
  expect(said()).toContain('All 4 results are in the pack, and none failed.');
});

test('what passed on these sources is taken as it is; what failed or left nothing runs again', () => {
  const kept = [
    { file: 'test/unit/a.test.ts', failed: 0 },
    { file: 'test/unit/b.test.ts', failed: 1 },
    { file: SELF_TEST, failed: 0 },
  ];
  expect(stepsOf(files, kept, []).map(({ name, produces }) => [name, produces])).toEqual([
    ['tests', ['test/unit/b.test.ts', 'test/integration/c.test.ts']],
    ['gate', []],
  ]);
  const all = ALL.map((file) => ({ file, failed: 0 }));
  expect(names(stepsOf(files, all, []))).toEqual(['gate']);
});

test('a step that is killed is said, with what it left undone; the gate still makes its pack, which is not whole', async () => {
  const { world, ran, said } = machine({
    ends: { tests: { ended: { code: null, signal: 'SIGKILL' }, left: { 'test/unit/a.test.ts': 0 } } },
  });
  expect(await makeWholePack(world, [])).toBe(2);
  expect(names(ran).at(-1)).toBe('gate');
  expect(said()).toContain('The step "tests" was ended by SIGKILL.');
  expect(said()).toContain('No result on these sources: test/unit/b.test.ts, test/integration/c.test.ts.');
  expect(said()).toContain('Run the command again');
});

test('run again after a kill, only what is missing runs', async () => {
  const { world, ran, said } = machine({
    kept: { 'test/unit/a.test.ts': 0, [SELF_TEST]: 0, 'test/integration/c.test.ts': 0 },
  });
  expect(await makeWholePack(world, [])).toBe(0);
  expect(ran.map(({ produces }) => produces)).toEqual([['test/unit/b.test.ts'], []]);
  expect(said()).toContain('3 of 4 results are kept');
});

test('failed tests and findings of the gate make the whole pack one with findings', async () => {
  const failing = machine({
    ends: {
      tests: {
        ended: { code: 1, signal: null },
        left: { 'test/unit/a.test.ts': 2, 'test/unit/b.test.ts': 0, 'test/integration/c.test.ts': 0 },
      },
    },
  });
  expect(await makeWholePack(failing.world, [])).toBe(1);
  expect(failing.said()).toContain('Failed: test/unit/a.test.ts.');
  const found = machine({ ends: { gate: { ended: { code: 1, signal: null } } } });
  expect(await makeWholePack(found.world, [])).toBe(1);
});

test.each([
  ['the gate could not evaluate', { ends: { gate: { ended: { code: 2, signal: null } } } }, 'ended with 2'],
  [
    'the gate was killed',
    { ends: { gate: { ended: { code: null, signal: 'SIGTERM' } } } },
    'ended by SIGTERM',
  ],
  [
    'the self-test left no result',
    { ends: { 'self-test of the gate': { ended: { code: 1, signal: null } } } },
    'self-test',
  ],
  ['sources changed meanwhile', { changesSources: true }, 'The sources changed meanwhile'],
] as const)('%s: it is not whole', async (_case, change, words) => {
  const { world, said } = machine(change);
  expect(await makeWholePack(world, [])).toBe(2);
  expect(said()).toContain(words);
});

test('asked for its end, it begins nothing more and says how to go on', async () => {
  const { world, ran, said } = machine({ endedAt: 'tests' });
  expect(await makeWholePack(world, [])).toBe(2);
  expect(names(ran)).toEqual(['tests']);
  expect(said()).toContain('run the command again to go on');
});
