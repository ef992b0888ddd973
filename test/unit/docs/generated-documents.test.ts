import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { alertPages } from '../../../tools/documents/alert-pages';
import { attackPage } from '../../../tools/documents/attack-page';
import { boundsPage } from '../../../tools/documents/bounds-page';
import { applicationPages } from '../../../tools/documents/application-pages';
import { GENERATORS, textGenerator } from '../../../tools/documents/generators';
import { pictures } from '../../../tools/documents/pictures';
import { RATIOS_PAGE, ratiosPage, readRecorded } from '../../performance/recorded';
import { PROJECT_ROOT } from '../../support/document-references';

describe('what is generated', () => {
  it.each(Object.keys(GENERATORS))('%s is as it would be generated now (else: npm run generate)', (name) => {
    expect(GENERATORS[name]?.stale()).toEqual([]);
  });
  it('docs/generated holds nothing else', () => {
    const made = [
      ...Object.keys(applicationPages()),
      ...Object.keys(alertPages()),
      ...Object.keys(attackPage()),
      ...Object.keys(boundsPage()),
      RATIOS_PAGE,
    ];
    const there = readdirSync(path.join(PROJECT_ROOT, 'docs', 'generated')).map((f) => `docs/generated/${f}`);
    expect(there.filter((file) => !made.includes(file))).toEqual([]);
  });
  it('the page of ratios is what was recorded (npm run bench -- --accept)', () => {
    const page = readFileSync(path.join(PROJECT_ROOT, RATIOS_PAGE), 'utf8');
    expect(page).toBe(ratiosPage(readRecorded().values()));
  });
  it('is marked for those who read changes', () => {
    const attributes = readFileSync(path.join(PROJECT_ROOT, '.gitattributes'), 'utf8');
    for (const file of ['docs/generated/**', 'lambda/openapi/openapi.json', '.github/images/*.svg']) {
      expect(attributes).toContain(`${file} linguist-generated`);
    }
  });
});

it('the pictures show the main things', () => {
  const names = ['overview', 'flow', 'workflow', 'record', 'stacks', 'network'];
  expect(pictures().map(({ name }) => name)).toEqual(expect.arrayContaining(names));
});

it('a text that is missing or changed is stale until it is written', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'serverlessapp-generated-'));
  try {
    mkdirSync(path.join(root, 'docs'));
    let text = 'one';
    const generator = textGenerator('a page', () => ({ 'docs/page.md': text }), root);
    expect(generator.stale()).toEqual(['docs/page.md']);
    expect(generator.write()).toEqual(['docs/page.md']);
    expect(generator.stale()).toEqual([]);
    text = 'two';
    expect(generator.stale()).toEqual(['docs/page.md']);
    expect(generator.write()).toEqual(['docs/page.md']);
    expect(readFileSync(path.join(root, 'docs', 'page.md'), 'utf8')).toBe('two');
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
