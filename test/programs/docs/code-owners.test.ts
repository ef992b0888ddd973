import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';

const SECURITY = '@serverlessapp/security';
const PRIVACY = '@serverlessapp/privacy';

interface Line {
  readonly pattern: string;
  readonly owners: readonly string[];
}

const readOwners = (text: string): Line[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const [pattern = '', ...owners] = line.trim().split(/\s+/);
      return { pattern, owners };
    });

/** The forms that the file uses: everything, a folder from the root, a file from the root. */
const matches = ({ pattern }: Line, file: string): boolean =>
  pattern === '*' || (pattern.endsWith('/') ? `/${file}`.startsWith(pattern) : `/${file}` === pattern);

/** https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners */
const ownersOf = (file: string, lines: readonly Line[]): readonly string[] =>
  lines.filter((line) => matches(line, file)).at(-1)?.owners ?? [];

const FILES = execFileSync('git', ['ls-files', '-z'], { cwd: PROJECT_ROOT, encoding: 'utf8' })
  .split('\0')
  .filter((file) => file !== '');
const LINES = readOwners(readFileSync(path.join(PROJECT_ROOT, '.github/CODEOWNERS'), 'utf8'));

/** What decides whether a release may go, and what starts it. */
const OF_SECURITY = [
  /^compliance\//,
  /^policies\/(?!approvals\/)/,
  /^\.github\//,
  /^\.ci\//,
  /^bin\//,
  /^lib\/(organization|constructs\/delivery)\//,
  /^lib\/(stacks|stages|config)\/delivery/,
  /^tools\/(doctor|npm|requirements|setup|synthesis|testing)\//,
  /^(package(-lock)?\.json|tsconfig\.json|jest\.config\.js|action\.yml|cdk\.json)$/,
];

/** Files of security's that somebody else may approve. */
const open = (lines: readonly Line[]): string[] =>
  FILES.filter(
    (file) => OF_SECURITY.some((pattern) => pattern.test(file)) && ownersOf(file, lines).join() !== SECURITY,
  );

const idle = (lines: readonly Line[]): string[] =>
  lines.filter((line) => !FILES.some((file) => matches(line, file))).map(({ pattern }) => pattern);

describe('who has to approve a change', () => {
  it('names no folder or file that is not there', () => {
    expect(idle(LINES)).toEqual([]);
    expect(idle([...LINES, { pattern: '/compliance/proofs/reviewed/', owners: [SECURITY] }])).toHaveLength(1);
  });

  it('is security alone for the gate, its launcher, the policies and how releases are made', () => {
    expect(open(LINES)).toEqual([]);
    for (const pattern of OF_SECURITY) expect(FILES.some((file) => pattern.test(file))).toBe(true);
  });

  it('is told where a line lets somebody else approve, too', () => {
    const weaker = LINES.map((line) =>
      line.pattern === '/compliance/'
        ? { ...line, owners: [...line.owners, '@serverlessapp/engineering'] }
        : line,
    );
    expect(open(weaker)).toContain('compliance/gate.ts');
    expect(open([...LINES, { pattern: '/lib/constructs/delivery/', owners: [PRIVACY] }])).not.toEqual([]);
  });

  it('is written in forms that this test reads', () => {
    expect(LINES.filter(({ pattern }) => pattern !== '*' && !/^\/[^*?[\]!]+$/.test(pattern))).toEqual([]);
    expect(LINES.filter(({ owners }) => owners.length !== 1)).toEqual([]);
  });
});
