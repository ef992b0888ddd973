import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Test } from '@jest/test-result';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import LongestFirst, { LONGEST_FILES } from '../../../tools/testing/longest-first';

/** A file of a run whose cache is empty, or knows how long the file took. */
const fileOf = (name: string, size: number): Test =>
  ({
    path: path.join(PROJECT_ROOT, name),
    context: { config: { cache: false }, hasteFS: { getSize: () => size } },
  }) as unknown as Test;

test('the files that begin first are there', () =>
  expect(LONGEST_FILES.filter((file) => !existsSync(path.join(PROJECT_ROOT, file)))).toEqual([]));

test('in a fresh clone the longest files begin first, the others by their size as ever', () => {
  const tests = [
    fileOf('test/unit/small.test.ts', 10),
    fileOf('test/unit/large.test.ts', 1000),
    fileOf('test/integration/operations.test.ts', 1),
    fileOf('test/integration/system.test.ts', 2),
  ];
  expect(new LongestFirst({} as never).sort(tests).map((one) => path.basename(one.path))).toEqual([
    'system.test.ts',
    'operations.test.ts',
    'large.test.ts',
    'small.test.ts',
  ]);
});

test('where durations are known, they alone decide', () => {
  const knowing = new LongestFirst({} as never);
  Object.assign(knowing as object, { time: (one: Test) => (one.path.includes('small') ? 9000 : 1000) });
  const tests = [fileOf('test/integration/system.test.ts', 2), fileOf('test/unit/small.test.ts', 10)];
  expect(knowing.sort(tests).map((one) => path.basename(one.path))).toEqual([
    'small.test.ts',
    'system.test.ts',
  ]);
});
