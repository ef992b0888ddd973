import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fetchedRepository, type Repository } from '../../support/fetched-repository';

let scratch: string;
let cache: string;
let repository: Repository;

const git = (...args: string[]): string =>
  execFileSync('git', ['-C', path.join(scratch, 'theirs'), ...args], { encoding: 'utf8' }).trim();

/** Writes files of theirs and commits them. @returns the commit */
function commit(files: Readonly<Record<string, string>>): string {
  for (const [file, text] of Object.entries(files)) {
    const place = path.join(scratch, 'theirs', file);
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, text);
  }
  git('add', '--all');
  git('-c', 'user.name=them', '-c', 'user.email=them@example.com', 'commit', '--quiet', '--message', 'x');
  return git('rev-parse', 'HEAD');
}

beforeEach(() => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-fetched-'));
  cache = path.join(scratch, 'cache');
  mkdirSync(path.join(scratch, 'theirs'));
  git('init', '--quiet');
  // As the public hosts do.
  git('config', 'uploadpack.allowFilter', 'true');
  git('config', 'uploadpack.allowReachableSHA1InWant', 'true');
  const earlier = commit({
    'app/cdk.out/manifest.json': 'earlier',
    'app/cdk.out/asset.1/index.js': 'x',
    'film/large.bin': 'x',
    'large.zip': 'x',
  });
  commit({ 'app/cdk.out/manifest.json': 'later' });
  repository = {
    name: 'them+theirs',
    address: `file://${path.join(scratch, 'theirs')}`,
    commit: earlier,
    licence: 'none',
  };
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

const manifestIn = (directory: string): string =>
  readFileSync(path.join(directory, 'app/cdk.out/manifest.json'), 'utf8');

test('a repository as it stood at its commit, whole, and without asking again', () => {
  const directory = fetchedRepository(repository, undefined, cache);
  expect(manifestIn(directory)).toBe('earlier');
  expect(existsSync(path.join(directory, 'film/large.bin'))).toBe(true);
  rmSync(path.join(scratch, 'theirs'), { recursive: true });
  expect(fetchedRepository(repository, undefined, cache)).toBe(directory);
});

test('only the folders that are read, and each commit in a place of its own', () => {
  const some = { ...repository, folders: ['app/cdk.out'], except: ['app/cdk.out/asset.*'] };
  const directory = fetchedRepository(some, undefined, cache);
  expect(manifestIn(directory)).toBe('earlier');
  expect(readdirSync(directory).sort()).toEqual(['.git', 'app']);
  expect(readdirSync(path.join(directory, 'app/cdk.out'))).toEqual(['manifest.json']);
  const later = { ...some, commit: git('rev-parse', 'HEAD') };
  expect(manifestIn(fetchedRepository(later, undefined, cache))).toBe('later');
});

test.each<[string, Partial<Repository>, RegExp]>([
  [
    'a commit that is not there',
    { commit: 'f'.repeat(40) },
    /at f{40} could not be fetched: git fetch .+--from DIR/,
  ],
  [
    'a repository that is not there',
    { address: 'file:///nowhere/at/all' },
    /file:\/\/\/nowhere.+could not be fetched/,
  ],
  ['a folder that is not there', { folders: ['cdk.out'] }, /could not be fetched: it holds no cdk\.out/],
])('%s: a sentence, and nothing is left that looks fetched', (_what, change, why) => {
  expect(() => fetchedRepository({ ...repository, ...change }, undefined, cache)).toThrow(why);
  expect(readdirSync(cache)).toEqual([]);
});

test('checkouts that somebody made by other means, or the place where one is missing', () => {
  mkdirSync(path.join(scratch, 'mine/them+theirs'), { recursive: true });
  const from = path.join(scratch, 'mine');
  expect(fetchedRepository(repository, from, cache)).toBe(path.join(from, 'them+theirs'));
  expect(() => fetchedRepository({ ...repository, folders: ['cdk.out'] }, from, cache)).toThrow(
    /them\+theirs\/cdk\.out is not there/,
  );
});
