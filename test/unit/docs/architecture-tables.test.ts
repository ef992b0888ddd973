import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadStageConfig } from '../../../lib/config/load';
import { replaceMarkedBlock } from '../../../tools/documents/marked-block';
import { expectedArchitecture } from '../../../tools/documents/write-architecture-tables';
import { Names } from '../../../lib/names';
import { PROJECT_ROOT } from '../../support/document-references';
import { emptyBundles } from '../../support/synthesized-stage';

const read = (file: string): string => readFileSync(path.join(PROJECT_ROOT, file), 'utf8');

describe('ARCHITECTURE.md', () => {
  it('has the tables that the code gives (else: node --import tsx tools/documents/write-architecture-tables.ts)', () => {
    const config = loadStageConfig('prod');
    const outdir = mkdtempSync(path.join(tmpdir(), 'serverlessapp-documents-'));
    try {
      const expected = expectedArchitecture(emptyBundles(new Names(config, config.region)), outdir);
      expect(read('ARCHITECTURE.md')).toBe(expected);
    } finally {
      rmSync(outdir, { recursive: true, force: true });
    }
  });

  const pictures = [
    ...read('ARCHITECTURE.md').matchAll(
      /<!-- picture: ([a-z-]+) -->(?:\s|<!--[^>]*-->)*```mermaid\n(.*?)```/gs,
    ),
  ].map(([, name = '', source = '']) => ({ name, source }));

  it.each(pictures)(
    'has its picture $name drawn (else: node .github/images/render.mjs)',
    ({ name, source }) => {
      const digest = createHash('sha256').update(source).digest('hex');
      expect(read(`.github/images/${name}.svg`)).toContain(`<!-- source sha256:${digest} -->`);
    },
  );
  it('draws the main things', () => {
    const names = ['overview', 'flow', 'workflow', 'record', 'stacks', 'network'];
    expect(pictures.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  });
});

it('a document without the marks is refused', () => {
  expect(() => replaceMarkedBlock('text', 'stages', 'table')).toThrow(RangeError);
});
