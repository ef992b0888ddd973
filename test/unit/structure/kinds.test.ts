import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../support/document-references';

/** What a test imports in order to have another program say something. */
const STARTS_PROGRAM =
  /from '(?:node:child_process|[./\w-]*\/(?:browser|cli\/rebuild|compliance-command|fetched-repository|help-of|lambda\/build|python-tools|run-command|run-tool))'/;

const testsIn = (kind: string): string[] =>
  readdirSync(path.join(PROJECT_ROOT, 'test', kind), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => path.join('test', kind, file));
const startsProgram = (file: string): boolean =>
  STARTS_PROGRAM.test(readFileSync(path.join(PROJECT_ROOT, file), 'utf8'));

describe('a unit test', () => {
  it('starts no other program', () => {
    expect(testsIn('unit').filter(startsProgram)).toEqual([]);
  });
  it('would be found if it did', () => {
    expect(testsIn('programs').filter(startsProgram).length).toBeGreaterThan(20);
  });
});
