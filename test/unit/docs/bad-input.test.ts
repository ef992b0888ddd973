import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';

const rows = readFileSync(path.join(PROJECT_ROOT, 'docs', 'bad-input.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (?:Input|Fault|---)/.test(line));
const named = rows.map((row): [string, string, string] => {
  const [, file = '', name = ''] = /`([^`]+\.ts)` "(.+)"\s+\|$/.exec(row) ?? [];
  return [row.split('|')[1]?.trim() ?? '', file, name];
});

describe('each bad input that is listed', () => {
  it('is of a list at all', () => expect(named.length).toBeGreaterThan(70));

  it.each(named)('has its test: %s', (_input, file, name) => {
    const place = path.join(PROJECT_ROOT, file);
    expect([file, file !== '' && existsSync(place)]).toEqual([file, true]);
    // As it is written in the source, whichever its quotes.
    expect(readFileSync(place, 'utf8').replaceAll("\\'", "'")).toContain(name);
  });
});
