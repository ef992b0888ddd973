import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../support/document-references';

const FOLDER = path.join(PROJECT_ROOT, 'docs', 'decisions');
const SECTIONS = ['Context', 'Decision', 'Consequences', 'Measured'];
/** A section begins with a heading, or a short one with a bold word. */
const SECTION = /^(?:## |\*\*)(Context|Decision|Consequences|Measured)/gm;

/** What is wrong with the form of a decision's page, or nothing. */
function formFaults(file: string, text: string): string[] {
  const [, number = ''] = /^(\d{4})-[a-z0-9-]+\.md$/.exec(file) ?? [];
  const sections = [...text.matchAll(SECTION)].map(([, name]) => name);
  return [
    ...(number === '' ? ['name is not NNNN-title.md'] : []),
    ...(text.startsWith(`# ${number} `) ? [] : ['first line is not "# NNNN Title"']),
    ...(sections.join() === SECTIONS.join() ? [] : [`sections are not ${SECTIONS.join(', ')}`]),
  ];
}

const pages = readdirSync(FOLDER).filter((file) => file !== 'README.md');

it.each(pages)('%s has the form of a decision', (file) => {
  expect(formFaults(file, readFileSync(path.join(FOLDER, file), 'utf8'))).toEqual([]);
});

it('no number is given twice', () => {
  const numbers = pages.map((file) => file.slice(0, 4));
  expect(numbers.length).toBeGreaterThan(15);
  expect(new Set(numbers).size).toBe(numbers.length);
});

it('a page of another form is found', () => {
  expect(formFaults('a-title.md', '# 0001 Title\n\n## Context\n')).toHaveLength(3);
});
