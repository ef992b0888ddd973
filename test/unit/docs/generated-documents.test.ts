import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expectedApplicationTables } from '../../../tools/documents/write-application-tables';
import { PROJECT_ROOT } from '../../support/document-references';

const read = (file: string): string => readFileSync(path.join(PROJECT_ROOT, file), 'utf8');
const GENERATED = readdirSync(path.join(PROJECT_ROOT, 'docs', 'generated')).map(
  (file) => `docs/generated/${file}`,
);

describe('docs/generated', () => {
  it('has the tables that the code gives (else: node --import tsx tools/documents/write-application-tables.ts)', () => {
    const expected = expectedApplicationTables();
    for (const [file, text] of Object.entries(expected))
      expect({ file, text: read(file) }).toEqual({ file, text });
    // The alerts' test stands with the alarms: test/security/monitoring.test.ts.
    expect(GENERATED.sort()).toEqual([...Object.keys(expected), 'docs/generated/alerts.md'].sort());
  });
});

describe('the pictures', () => {
  const pictures = ['ARCHITECTURE.md', ...GENERATED]
    .flatMap((file) => [
      ...read(file).matchAll(/<!-- picture: ([a-z-]+) -->(?:\s|<!--[^>]*-->)*```mermaid\n(.*?)```/gs),
    ])
    .map(([, name = '', source = '']) => ({ name, source }));

  it.each(pictures)('$name is drawn (else: node .github/images/render.mjs)', ({ name, source }) => {
    const digest = createHash('sha256').update(source).digest('hex');
    expect(read(`.github/images/${name}.svg`)).toContain(`<!-- source sha256:${digest} -->`);
  });
  it('show the main things', () => {
    const names = ['overview', 'flow', 'workflow', 'record', 'stacks', 'network'];
    expect(pictures.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  });
});
