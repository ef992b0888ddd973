import { readFileSync } from 'node:fs';
import path from 'node:path';
import causes from '../../../tools/setup/causes.json';
import { PROJECT_ROOT, projectFiles } from '../../support/document-references';

const read = (file: string): string => readFileSync(path.join(PROJECT_ROOT, file), 'utf8');
const document = read('docs/troubleshooting.md');
const rows = [...document.matchAll(/^\| `(.+?)` +\| (.+?) +\|$/gm)].map(([, says = '', todo = '']) => ({
  says,
  todo,
}));

/** Texts of programs; placeholders of templates are gaps like those of the document. */
const sources = projectFiles()
  .filter((file) => /^(bin|tools\/(setup|doctor)|local|compliance\/engines)\/.*\.(ts|mjs|json)$/.test(file))
  .map((file) =>
    read(file)
      .replace(/\$\{[^}]*\}/g, '…')
      .replaceAll('\\"', '"'),
  );

/** The parts of a message between its gaps, in order, within one line of one source. */
const stands = (says: string): boolean => {
  const parts = says.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return sources.some((source) => new RegExp(parts.join('.*')).test(source));
};

describe('the page on troubleshooting', () => {
  it('quotes what the programs say', () => {
    expect(rows.length).toBeGreaterThan(25);
    expect(rows.filter(({ says }) => !stands(says)).map(({ says }) => says)).toEqual([]);
  });
  it('has every cause that set-up knows, with its remedy', () => {
    const told = rows.map(({ says, todo }) => `${says} → ${todo}`);
    expect(
      causes.map(({ cause, remedy }) => `${cause} → ${remedy}`).filter((each) => !told.includes(each)),
    ).toEqual([]);
  });
  it('is held by a check that notices', () =>
    expect(stands('Port … of this machine is taken by a ghost')).toBe(false));
});
