import { readFileSync } from 'node:fs';
import path from 'node:path';
import { OPERATIONS } from '../../../bin/operations/operations';
import {
  brokenLinks,
  missingCommands,
  missingPaths,
  namedOperations,
  PROJECT_ROOT,
  projectFiles,
} from '../../support/document-references';

const read = (file: string): string => readFileSync(path.join(PROJECT_ROOT, file), 'utf8');
const files = projectFiles();
const documents = files.filter((file) => file.endsWith('.md'));
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
/** Where docs/requirements.md says that the cases of the system stand. */
const BASES = ['test/integration'];

describe.each(documents)('%s', (document) => {
  const text = read(document);

  it('links to what is there', () => {
    expect(brokenLinks(document, text)).toEqual([]);
  });
  it('names files and folders that exist', () => {
    expect(missingPaths(document, text, files, BASES)).toEqual([]);
  });
  it('names commands that exist', () => {
    expect(missingCommands(text, Object.keys(scripts))).toEqual([]);
    expect(namedOperations(text).filter((name) => !(name in OPERATIONS))).toEqual([]);
  });
});

it('the main documents are among them', () => {
  expect(documents).toEqual(
    expect.arrayContaining([
      'README.md',
      'SECURITY.md',
      'ARCHITECTURE.md',
      'docs/requirements.md',
      'policies/README.md',
    ]),
  );
});

it('README.md tells of every command', () => {
  const told = [...read('README.md').matchAll(/npm (?:run )?([a-z][\w:-]*)/g)].map(([, name = '']) => name);
  // What npm runs by itself is nobody's command.
  const commands = Object.keys(scripts).filter((script) => script !== 'prepare');
  expect(commands.filter((script) => !told.includes(script))).toEqual([]);
});

describe('the checks have teeth', () => {
  it('a link to nothing, and one to a heading that is gone', () => {
    const text = '[a](README.md) [b](gone.md) [c](README.md#gone) [d](#here)\n\n## Here\n';
    expect(brokenLinks('X.md', text)).toEqual(['gone.md', 'README.md#gone']);
  });
  it('a path that is gone, from the root, beside the document, or by its name', () => {
    const text = '`lib/names.ts` `names.ts` `keys/data.json` `lib/gone.ts` `gone.ts` `keys/gone.json` `a/b`';
    expect(missingPaths('policies/README.md', text, files)).toEqual([
      'lib/gone.ts',
      'gone.ts',
      'keys/gone.json',
    ]);
  });
  it('a script or program that is gone', () => {
    const text = 'npm run lint, npm run -s gone, `node --import tsx lib/gone.ts`';
    expect(missingCommands(text, ['lint'])).toEqual(['gone', 'lib/gone.ts']);
  });
});
