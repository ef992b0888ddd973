import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import { partCases } from '../../pictures/worst-cases';

/** `npm run test:pictures` times them, which takes minutes; here is asked that no kind is missing. */
describe('the costliest pictures that are timed', () => {
  let names: string[];
  beforeAll(async () => (names = (await partCases()).map(({ name }) => name)));
  const source = (file: string): string =>
    readFileSync(path.join(PROJECT_ROOT, 'lambda', 'domain', `${file}.ts`), 'utf8');

  it('have every type of chunk that the code knows, and some that it does not', () => {
    const timed = new Set(names.flatMap((name) => /^chunks (\S+) /.exec(name)?.[1] ?? []));
    const known = new Set(
      ['strip-png', 'png-structure'].flatMap((file) =>
        [...source(file).matchAll(/(?:^  |')([A-Za-z]{2}[A-Z][A-Za-z])(?=[':])/gm)].map(
          ([, type]) => type ?? '',
        ),
      ),
    );
    expect(known.size).toBeGreaterThan(12);
    expect([...known].filter((type) => !timed.has(type))).toEqual([]);
    expect(timed.size).toBeGreaterThan(50);
  });

  it('have every marker that begins a segment', () => {
    const timed = new Set(names.flatMap((name) => /^segments (\S+) /.exec(name)?.[1] ?? []));
    const all = Array.from({ length: 0xff - 0xc0 }, (_, index) => (0xc0 + index).toString(16).toUpperCase());
    expect(all.filter((marker) => !timed.has(marker))).toEqual([]);
  });

  it('have each name once', () => expect(new Set(names).size).toBe(names.length));
});
