import { createHash, randomUUID } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { git } from './git';

/** A work tree, held byte for byte against the commit that it is said to be of. */
export interface WorkTree {
  /** Its root. */
  readonly root: string;
  readonly commit: string;
  /** When the commit was made, as it says itself. */
  readonly committed: Date;
  /** Paths that are not as in the commit: changed, added, gone; of what its .gitignore files leave out nothing is said. */
  readonly changed: readonly string[];
  /** SHA-256 of every file of the commit, of the index, and that Git would add; by path from the root, in its order. */
  readonly files: ReadonlyMap<string, string>;
}

const lines = (text: string): string[] => text.split('\0').filter((line) => line !== '');

/** What Git keeps of a file, or of a link. https://git-scm.com/book/en/v2/Git-Internals-Git-Objects */
const objectId = (content: Buffer, algorithm: string): string =>
  createHash(algorithm).update(`blob ${content.length}\0`).update(content).digest('hex');

interface Found {
  readonly content: Buffer;
  readonly mode: '100644' | '100755' | '120000';
}

/** What stands at a place; undefined for nothing, or for what Git keeps no file of. */
function findAt(place: string): Found | undefined {
  const state = lstatSync(place, { throwIfNoEntry: false });
  if (state?.isSymbolicLink() === true)
    return { content: readlinkSync(place, { encoding: 'buffer' }), mode: '120000' };
  if (state?.isFile() !== true) return undefined;
  return { content: readFileSync(place), mode: (state.mode & 0o100) === 0 ? '100644' : '100755' };
}

/** Files of the commit: what each has to be. */
function treeOf(root: string): Map<string, { readonly mode: string; readonly id: string }> {
  const listed = lines(git(root, ['ls-tree', '-r', '-z', '--full-tree', 'HEAD']));
  return new Map(
    listed.map((line) => {
      const [, mode = '', id = '', file = ''] = /^(\d+) \w+ ([0-9a-f]+)\t(.+)$/s.exec(line) ?? [];
      return [file, { mode, id }];
    }),
  );
}

/**
 * Files that are not of the commit. The index is not asked for them: it can be told to overlook files
 * (`assume-unchanged`, `skip-worktree`); nor are patterns that lie outside of the commit (`.git/info/exclude`), and a
 * .gitignore that nobody committed is itself one of these files.
 */
function foundBeside(root: string, tree: ReadonlyMap<string, unknown>): string[] {
  const others = (...args: string[]): string[] =>
    lines(
      git(root, ['ls-files', '--others', '-z', ...args], {
        GIT_INDEX_FILE: path.join(root, randomUUID()),
      }),
    );
  const patterns = path.join(root, '.gitignore');
  return [
    ...lines(git(root, ['ls-files', '--cached', '-z'])),
    ...others('--exclude-per-directory=.gitignore'),
    ...others(
      ...(tree.has('.gitignore') && existsSync(patterns) ? [`--exclude-from=${patterns}`] : []),
      '--',
      ':(glob)**/.gitignore',
    ),
  ].filter((file) => !tree.has(file));
}

function headOf(directory: string): Pick<WorkTree, 'commit' | 'committed'> {
  const said = git(directory, ['rev-list', '-1', '--format=%ct', 'HEAD']);
  const [, commit = '', seconds = ''] = /^commit ([0-9a-f]+)\n(\d+)$/m.exec(said) ?? [];
  if (commit === '') throw new RangeError('Git names no commit');
  return { commit, committed: new Date(Number(seconds) * 1000) };
}

/** When the commit that is checked out was made, as it says itself; undefined outside of a Git work tree. */
export function readCommitTime(directory: string): Date | undefined {
  try {
    return headOf(directory).committed;
  } catch {
    return undefined;
  }
}

/** @returns undefined outside of a Git work tree, or where Git cannot tell */
export function readWorkTree(directory: string): WorkTree | undefined {
  try {
    const root = git(directory, ['rev-parse', '--show-toplevel']).replace(/\n$/, '');
    // Settings of a repository can name another work tree than the one that is asked about.
    const below = path.relative(realpathSync(root), realpathSync(directory));
    if (below.startsWith('..') || path.isAbsolute(below)) return undefined;
    const { commit, committed } = headOf(root);
    const algorithm = commit.length === 40 ? 'sha1' : 'sha256';
    const knowsModes = !/^false$/m.test(settingOf(root, 'core.fileMode'));
    const tree = treeOf(root);
    const files = new Map<string, string>();
    const changed: string[] = [];
    for (const file of [...new Set([...tree.keys(), ...foundBeside(root, tree)])].sort()) {
      const found = findAt(path.join(root, file));
      const expected = tree.get(file);
      if (found !== undefined) files.set(file, createHash('sha256').update(found.content).digest('hex'));
      const isSame =
        expected === undefined
          ? // In the index alone: nothing of it is here.
            found === undefined && !existsSync(path.join(root, file))
          : found !== undefined &&
            objectId(found.content, algorithm) === expected.id &&
            (found.mode === expected.mode || (!knowsModes && found.mode !== '120000'));
      if (!isSame) changed.push(file);
    }
    return { root, commit, committed, changed, files };
  } catch {
    return undefined;
  }
}

/** Git ends with 1 where nothing is set. */
function settingOf(root: string, name: string): string {
  try {
    return git(root, ['config', '--type=bool', '--get', name]);
  } catch {
    return '';
  }
}
