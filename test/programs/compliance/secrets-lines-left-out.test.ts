import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { checkovEnvironment, checkovReportSchema } from '../../../compliance/engines/checkov';
import { PLANTED_SECRETS } from '../../../compliance/engines/planted-secrets';
import { runTool } from '../../../compliance/engines/run-tool';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import { silentProgress } from '../../../tools/setup/progress';
import { ensurePythonTool } from '../../../tools/setup/python-tools';

const RUNNER = path.join(PROJECT_ROOT, 'compliance', 'engines', 'secrets_runner.py');
const FILES = 90;
const KINDS = 'ts js py env json yaml yml xml md properties ini java txt tf toml cfg sh csv'.split(' ');
const NAMES =
  'password api_key value name client_secret token nonce db_pass ſecret contraseña account_key azure'.split(
    ' ',
  );
const FORMS = [
  'NAME: TEXT',
  'NAME = "TEXT"',
  '"NAME": "TEXT",',
  '- "TEXT"',
  "NAME='TEXT'",
  '<NAME>TEXT</NAME>',
  '- name: NAME\n  value: TEXT',
  '"name": "NAME",\n"value": "TEXT"',
  '// TEXT pragma: allowlist secret',
  `AGPA${'Q'.repeat(16)},TEXT`,
  'plain words of a sentence',
  'import { a } from "../../compliance/rules/proofs/model";',
];
const PLAIN = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const ALPHABETS = [PLAIN, `${PLAIN}+/\\-_=`, '0123456789abcdef', `${PLAIN}é\t"ß`];
/** Around the number of different characters from which a text counts as random. */
const LENGTHS = [8, 12, 20, 24, 26, 27, 28, 29, 30, 40, 64];
const PLANTED = PLANTED_SECRETS.flatMap(({ text }) => text.split(/\n{3,}/));

/** Always the same choices: a linear congruential generator with the numbers of Numerical Recipes. */
function choices(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const scratch = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-secrets-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function writeCorpus(): void {
  const below = choices(12);
  const one = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const text = (): string => {
    const letters = Array.from(one(ALPHABETS));
    const length = one(LENGTHS);
    // Half of them without a letter twice: as random as a text of its length can be.
    if (below(2) === 0 && length <= letters.length)
      return Array.from({ length }, () => letters.splice(below(letters.length), 1)[0]).join('');
    return Array.from({ length }, () => one(letters)).join('');
  };
  const line = (): string =>
    below(4) === 0
      ? one(['TEXT', '"TEXT"', 'x = "TEXT"', '# TEXT', 'key: TEXT']).replace('TEXT', () => one(PLANTED))
      : one(FORMS)
          .replaceAll('NAME', () => one(NAMES))
          .replaceAll('TEXT', text);
  for (let index = 0; index < FILES; index += 1)
    writeFileSync(
      path.join(scratch, `file-${index}.${KINDS[index % KINDS.length] ?? ''}`),
      Array.from({ length: 1 + below(20) }, line).join('\n'),
    );
}

async function scan(python: string, leavingOut: boolean): Promise<string[]> {
  const { stdout } = await runTool(
    python,
    [
      ...[RUNNER, '--framework', 'secrets', '--skip-download', '--compact', '--output', 'json', '--file'],
      ...readdirSync(scratch)
        .filter((name) => name.startsWith('file-'))
        .map((name) => path.join(scratch, name)),
    ],
    {
      cwd: scratch,
      env: { ...checkovEnvironment(scratch), DETECT_SECRETS_PERF_PREGATE: leavingOut ? '1' : '0' },
    },
  );
  const { results } = checkovReportSchema.parse(JSON.parse(stdout));
  return results.failed_checks
    .map(
      ({ check_id: id, file_abs_path: file, file_line_range: [at], resource }) =>
        `${path.basename(file)}:${at} ${id} ${resource}`,
    )
    .sort();
}

test('Given files with secrets of every kind and texts almost as random, when lines without any are left out, then as much is found as when the scanner reads every line', async () => {
  writeCorpus();
  const { python } = await ensurePythonTool('checkov', { progress: silentProgress });
  const [every, some] = await Promise.all([scan(python, false), scan(python, true)]);
  expect(some).toEqual(every);
  expect(every.length).toBeGreaterThan(FILES);
  // Of each kind at least one is among them.
  const kinds = new Set(every.map((found) => found.split(' ')[1]));
  for (const id of PLANTED_SECRETS.flatMap(({ ids }) => ids)) expect(kinds).toContain(id);
}, 60_000);
