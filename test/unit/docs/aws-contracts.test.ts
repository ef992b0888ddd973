import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadContracts } from '../../../compliance/rules/contracts/load';
import { loadPinnedRules } from '../../../compliance/pinned-rules';
import { ROWS_OF_LATER_READINGS, ROWS_OF_THE_READING } from './aws-contract-rows';
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
const rows = [...rowsOf('Wrong, and fixed'), ...rowsOf('Not documented')];

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
  it('answers each row of the first reading, and says which rows are of later ones', () => {
    const plain = (text: string): string => text.replaceAll("'", '’');
    const edges = rows.map(([edge]) => plain(edge));
    expect(Object.entries(ROWS_OF_THE_READING).filter(([, edge]) => !edges.includes(edge))).toEqual([]);
    const told = new Set([...Object.values(ROWS_OF_THE_READING), ...ROWS_OF_LATER_READINGS]);
    expect(edges.filter((edge) => !told.has(edge))).toEqual([]);
    expect([...told].filter((edge) => !edges.includes(edge))).toEqual([]);
    expect(new Set(edges).size).toBe(edges.length);
  });
  it('has teeth', () => {
    expect(faultsOf('`gone-contract`, `aws-contracts.test.ts`')).toEqual(['gone-contract']);
    expect(faultsOf('')).toEqual(['nothing shows it']);
  });
});
