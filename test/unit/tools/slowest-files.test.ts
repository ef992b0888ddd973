import { slowestFiles } from '../../../tools/testing/slowest-files-reporter';

const files = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ file: `${index}.test.ts`, milliseconds: index * 1000 }));

it('names ten files, the slowest first, with their share of all', () => {
  const lines = slowestFiles(files(12));
  expect(lines).toHaveLength(10);
  expect(lines[0]).toBe('   11.0 s  17 %  11.test.ts');
  expect(lines[9]).toBe('    2.0 s   3 %  2.test.ts');
});

it('says nothing of a few files', () => {
  expect(slowestFiles(files(10))).toEqual([]);
});
