import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readCommit } from '../../../compliance/report/commit';
import { readSources } from '../../../tools/testing/source-digest';
import { readWorkTree } from '../../../tools/testing/work-tree';

let scratch: string;
let root: string;
const before = { ...process.env };
const AUTHOR = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
const git = (...args: string[]): string =>
  execFileSync('git', [...AUTHOR, ...args], { cwd: root, encoding: 'utf8' }).trim();
const write = (file: string, text: string): void => {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
};

beforeEach(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'serverlessapp-work-tree-'));
  root = path.join(scratch, 'checkout');
  mkdirSync(root);
  git('init', '--quiet');
  write('gate.ts', 'evaluates');
  write('bin/run', 'starts');
  chmodSync(path.join(root, 'bin/run'), 0o755);
  symlinkSync('gate.ts', path.join(root, 'link'));
  write('.gitignore', 'node_modules/\n*.log\n');
  write('node_modules/x/index.js', 'installed');
  write('node_modules/x/.gitignore', '*');
  git('add', '.');
  git('commit', '--quiet', '--message', 'first', '--date', '2026-06-01T00:00:00Z');
});
afterEach(() => {
  for (const name of Object.keys(process.env))
    if (!(name in before)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, before);
  rmSync(scratch, { recursive: true, force: true });
});

const changed = (): readonly string[] | undefined => readWorkTree(root)?.changed;

describe('a work tree', () => {
  it('is its commit, as long as no byte of it differs', () => {
    expect(changed()).toEqual([]);
    expect(readCommit(root)).toEqual({ id: git('rev-parse', 'HEAD'), modified: false });
    expect(readWorkTree(root)?.committed.getTime()).toBeGreaterThan(0);
    expect([...(readWorkTree(root)?.files.keys() ?? [])]).toEqual([
      '.gitignore',
      'bin/run',
      'gate.ts',
      'link',
    ]);
  });

  it.each<[string, string, () => void]>([
    ['a changed file', 'gate.ts', () => write('gate.ts', 'looks away')],
    ['a file that is gone', 'gate.ts', () => rmSync(path.join(root, 'gate.ts'))],
    ['a file more', 'lib/more.ts', () => write('lib/more.ts', '')],
    ['a file that cannot be started any more', 'bin/run', () => chmodSync(path.join(root, 'bin/run'), 0o644)],
    [
      'another link',
      'link',
      () => {
        rmSync(path.join(root, 'link'));
        symlinkSync('bin/run', path.join(root, 'link'));
      },
    ],
    [
      'a repository in it',
      'rules/',
      () => {
        write('rules/x.ts', '');
        execFileSync('git', ['init', '--quiet', path.join(root, 'rules')]);
      },
    ],
  ])('is modified by %s', (_what, file, change) => {
    change();
    expect(changed()).toContain(file);
    expect(readCommit(root).modified).toBe(true);
    expect(readSources(root).modified).toBe(true);
  });

  it.each<[string, () => void]>([
    [
      'git is told that the file does not change',
      () => void git('update-index', '--assume-unchanged', 'gate.ts'),
    ],
    ['git is told to skip the file', () => void git('update-index', '--skip-worktree', 'gate.ts')],
    [
      'a filter hands git the file of the commit',
      () => {
        write('.git/info/attributes', 'gate.ts filter=calm');
        git('config', 'filter.calm.clean', 'printf evaluates');
      },
    ],
    [
      'another object stands for the one of the commit',
      () => {
        const forged = execFileSync('git', ['hash-object', '-w', '--stdin'], {
          cwd: root,
          input: 'looks away',
        });
        git('replace', git('rev-parse', 'HEAD:gate.ts'), forged.toString().trim());
      },
    ],
    [
      'a monitor of the file system says that nothing changed',
      () => {
        write('.git/calm', '#!/bin/sh\nprintf "t\\0"\n');
        chmodSync(path.join(root, '.git/calm'), 0o755);
        git('config', 'core.fsmonitor', '.git/calm');
        git('update-index', '--fsmonitor');
        git('status');
      },
    ],
  ])('is modified though %s', (_what, silence) => {
    silence();
    write('gate.ts', 'looks away');
    expect(changed()).toEqual(['gate.ts']);
  });

  it.each<[string, () => void]>([
    [
      'a pattern of the clone leaves it out',
      () => appendFileSync(path.join(root, '.git/info/exclude'), '*\n'),
    ],
    ['a .gitignore that nobody committed leaves it out', () => write('rules/.gitignore', '*')],
    ['the repository shows no such files', () => void git('config', 'status.showUntrackedFiles', 'no')],
  ])('is modified by a file more though %s', (_what, silence) => {
    silence();
    write('rules/more.ts', 'silences');
    expect(changed()).not.toEqual([]);
    expect(readCommit(root).modified).toBe(true);
  });

  it('is read by nobody’s settings, variables and attributes', () => {
    const home = path.join(scratch, 'home');
    mkdirSync(path.join(home, '.config/git'), { recursive: true });
    writeFileSync(path.join(home, 'all'), '*\n');
    for (const name of ['.gitconfig', '.config/git/config'])
      writeFileSync(
        path.join(home, name),
        `[status]\n\tshowUntrackedFiles = no\n[core]\n\texcludesFile = ${home}/all\n\tfsmonitor = true\n\tworktree = ${home}\n`,
      );
    writeFileSync(path.join(home, '.config/git/ignore'), '*\n');
    const other = path.join(scratch, 'other');
    execFileSync('git', ['clone', '--quiet', root, other]);
    write('rules/more.ts', 'silences');
    Object.assign(process.env, {
      HOME: home,
      XDG_CONFIG_HOME: path.join(home, '.config'),
      GIT_DIR: path.join(other, '.git'),
      GIT_WORK_TREE: other,
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'status.showUntrackedFiles',
      GIT_CONFIG_VALUE_0: 'no',
    });
    expect(changed()).toEqual(['rules/more.ts']);
    expect(readCommit(root).modified).toBe(true);
  });

  it('is unknown where the repository names another one', () => {
    const other = path.join(scratch, 'other');
    git('clone', '--quiet', root, other);
    git('config', 'core.worktree', other);
    expect(readCommit(root)).toEqual({ id: 'unknown', modified: true });
  });

  it('is unknown outside of a repository', () => {
    expect(readCommit(scratch)).toEqual({ id: 'unknown', modified: true });
    expect(readSources(scratch).digest).toBe('unknown');
  });
});
