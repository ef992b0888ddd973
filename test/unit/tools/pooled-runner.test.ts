import TestRunner, { type Test } from 'jest-runner';
import PooledRunner from '../../../tools/testing/pooled-runner';

const fileOf = (project: string, path: string): Test =>
  ({ path, context: { config: { displayName: { name: project } } } }) as unknown as Test;
const SERVER = fileOf('integration', 'system.test.ts');
const UNIT = fileOf('unit', 'cursor.test.ts');
const TEMPLATES = fileOf('templates', 'api.test.ts');

/** What each of jest's runners is asked to run, in their order, by the paths. */
async function pools(tests: Test[], serial = false): Promise<string[][]> {
  const run = jest.spyOn(TestRunner.prototype, 'runTests').mockResolvedValue();
  try {
    await new PooledRunner({} as never, {}).runTests(tests, {} as never, { serial });
    expect(new Set(run.mock.instances).size).toBe(run.mock.calls.length);
    return run.mock.calls.map(([asked]) => asked.map(({ path }) => path));
  } finally {
    run.mockRestore();
  }
}

test('files that start servers run in a pool of their own beside the others', async () => {
  expect(await pools([UNIT, SERVER, TEMPLATES])).toEqual([
    ['system.test.ts'],
    ['cursor.test.ts', 'api.test.ts'],
  ]);
});

test('what is of one kind, or asked for in one process, runs in one', async () => {
  expect(await pools([UNIT, TEMPLATES])).toEqual([['cursor.test.ts', 'api.test.ts']]);
  expect(await pools([SERVER])).toEqual([['system.test.ts']]);
  expect(await pools([UNIT, SERVER], true)).toEqual([['cursor.test.ts', 'system.test.ts']]);
});

test('whoever listens hears of both pools, until he no longer wants to', () => {
  const ended: unknown[] = [];
  const on = jest.spyOn(TestRunner.prototype, 'on').mockImplementation(function (this: TestRunner) {
    return () => ended.push(this);
  });
  const end = new PooledRunner({} as never, {}).on('test-file-start', () => undefined);
  expect(new Set(on.mock.instances).size).toBe(2);
  end();
  expect(new Set(ended)).toEqual(new Set(on.mock.instances));
  on.mockRestore();
});
