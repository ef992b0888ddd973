import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadContracts } from '../../../compliance/contracts/load';
import { loadPinnedRules } from '../../../compliance/pinned-rules';
import { PROJECT_ROOT, projectFiles } from '../../support/document-references';

const text = readFileSync(path.join(PROJECT_ROOT, 'docs/aws-contracts.md'), 'utf8');
const contracts = new Set(loadContracts().contracts.map(({ id }) => id));
const rules = new Set(Object.values(loadPinnedRules()).flatMap(({ rules: names }) => names));
const tests = new Set(
  projectFiles('test')
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => path.basename(file)),
);
const exists = (name: string): boolean => contracts.has(name) || rules.has(name) || tests.has(name);

/** First and last cell of each row of the tables of a section. */
function rowsOf(section: string): (readonly [edge: string, shown: string])[] {
  const body = text.split(/^## /m).find((part) => part.startsWith(section)) ?? '';
  return body
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (?:-|Edge )/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map((cells) => [cells[1] ?? '', cells.at(-2) ?? ''] as const);
}
const rows = [...rowsOf('Wrong, and mended'), ...rowsOf('Not documented')];

/** What is wrong with the last cell: nothing shows the row, or a name is of nothing. */
function faultsOf(shown: string): string[] {
  const names = [...shown.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
  if (names.length === 0 && !/^no test here: .{10}/.test(shown)) return ['nothing shows it'];
  return names.filter((name) => !exists(name));
}

describe('the table of what AWS does', () => {
  it.each(rows)('%s', (_edge, shown) => {
    expect(faultsOf(shown)).toEqual([]);
  });
  it('has every row of both tables', () => {
    expect(rowsOf('Wrong, and mended').length).toBeGreaterThanOrEqual(46);
    expect(rowsOf('Not documented').length).toBeGreaterThanOrEqual(22);
  });
  it('has teeth', () => {
    expect(faultsOf('`gone-contract`, `aws-contracts.test.ts`')).toEqual(['gone-contract']);
    expect(faultsOf('')).toEqual(['nothing shows it']);
  });
});
