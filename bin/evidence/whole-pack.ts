import { SELF_TEST, type TestResult } from '../../compliance/controls/test-results';

/** How a step's process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What a whole pack is made of, one process a step, in this order. */
export interface Step {
  readonly name: string;
  /** What this step is to leave behind: test files, or `self-test`; nothing for the gate, which reads them. */
  readonly produces: readonly string[];
  /** Of the Node that runs the project. */
  readonly args: readonly string[];
}

type Outcome = Pick<TestResult, 'file' | 'failed'>;

const JEST = 'node_modules/jest/bin/jest.js';
const COMPLIANCE = ['--import', 'tsx', 'bin/commands/compliance.ts'];

/**
 * The steps that are still to be done. A result that was kept for the same sources and has no failure is taken as it is;
 * what failed runs again, and so does what left no result because its process was ended.
 * @param kept - results for the sources as they are.
 * @param gate - arguments of the gate.
 */
export function stepsOf(files: readonly string[], kept: readonly Outcome[], gate: readonly string[]): Step[] {
  const passed = new Set(kept.filter(({ failed }) => failed === 0).map(({ file }) => file));
  const left = files.filter((file) => !passed.has(file));
  return [
    ...(left.length === 0
      ? []
      : [{ name: 'tests', produces: left, args: [JEST, '--runTestsByPath', ...left] }]),
    ...(passed.has(SELF_TEST)
      ? []
      : [{ name: 'self-test of the gate', produces: [SELF_TEST], args: [...COMPLIANCE, 'self-test'] }]),
    { name: 'gate', produces: [], args: [...COMPLIANCE, ...gate] },
  ];
}

interface Lacks {
  readonly missing: readonly string[];
  readonly failed: readonly string[];
}

/** Of what is expected: what has no result on these sources, and what failed. */
function lacksOf(expected: readonly string[], kept: readonly Outcome[]): Lacks {
  const results = new Map(kept.map(({ file, failed }) => [file, failed]));
  return {
    missing: expected.filter((file) => !results.has(file)),
    failed: expected.filter((file) => (results.get(file) ?? 0) > 0),
  };
}

const described = ({ missing, failed }: Lacks): string[] => [
  ...(missing.length > 0 ? [`No result on these sources: ${named(missing)}.`] : []),
  ...(failed.length > 0 ? [`Failed: ${named(failed)}.`] : []),
];

const MOST_NAMED = 10;
const named = (files: readonly string[]): string =>
  files.length <= MOST_NAMED
    ? files.join(', ')
    : `${files.slice(0, MOST_NAMED).join(', ')} and ${files.length - MOST_NAMED} more`;

/** What the making of a pack needs of the world. */
export interface World {
  /** Test files as the test runner lists them, from the project's root. */
  readonly files: readonly string[];
  /** Results of the sources as they are now. */
  kept(): readonly Outcome[];
  /** Digest of the sources as they are now. */
  sources(): string;
  run(step: Step): Promise<Ended>;
  /** Whether somebody asked for the end: no further step is begun. */
  wasEnded(): boolean;
  say(text: string): void;
}

/** 0: whole and nothing found. 1: whole, with failed tests or findings. 2: not whole. */
type ExitCode = 0 | 1 | 2;

/**
 * Runs what is still to be done, whatever becomes of the steps before, and says what the pack holds and what it lacks. Run
 * again, it goes on where it was ended. The gate runs last in any case: a pack with less in it says so of itself.
 */
export async function makeWholePack(world: World, gate: readonly string[]): Promise<ExitCode> {
  const before = world.sources();
  const steps = stepsOf(world.files, world.kept(), gate);
  const expected = [...world.files, SELF_TEST];
  const total = expected.length;
  const left = steps.reduce((sum, { produces }) => sum + produces.length, 0);
  if (left < total)
    world.say(`${total - left} of ${total} results are kept for these very sources and are not made again.`);
  let gateCode = 2;
  for (const step of steps) {
    if (world.wasEnded()) break;
    world.say(`— ${step.name}${step.produces.length > 1 ? `, ${step.produces.length} files` : ''}`);
    const { code, signal } = await world.run(step);
    if (signal !== null) world.say(`The step "${step.name}" was ended by ${signal}.`);
    else if (code !== 0) world.say(`The step "${step.name}" ended with ${code ?? 'no code'}.`);
    for (const line of described(lacksOf(step.produces, world.kept()))) world.say(line);
    if (step.produces.length === 0) gateCode = signal === null ? (code ?? 2) : 2;
  }
  if (world.wasEnded()) {
    world.say('Ended before it was whole. What ran is kept: run the command again to go on.');
    return 2;
  }
  const lacks = lacksOf(expected, world.kept());
  const lines = described(lacks);
  const changed = world.sources() !== before;
  if (changed)
    world.say('The sources changed meanwhile: results of before are about others, and are not in the pack.');
  world.say(
    lines.length === 0
      ? `All ${total} results are in the pack, and none failed.`
      : `The pack is not what it could be. ${lines.join(' ')}`,
  );
  if (changed || lacks.missing.length > 0 || gateCode === 2) {
    world.say('Run the command again: what passed on these sources is kept.');
    return 2;
  }
  return lacks.failed.length > 0 || gateCode !== 0 ? 1 : 0;
}
