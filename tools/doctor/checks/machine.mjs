import { accessSync, constants, existsSync, mkdirSync, statfsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chooseTemporaryFolder, whyUnusable } from '../temporary-folder.mjs';
import { probe } from '../probe.mjs';
import { hasTool } from './system.mjs';

const GIB = 1024 ** 3;
const gib = (bytes) => `${(bytes / GIB).toFixed(1)} GiB`;

export const temporaryFolder = {
  name: 'temp folder',
  run({ root }) {
    const chosen = chooseTemporaryFolder(root);
    const asked = os.tmpdir();
    if (chosen === undefined) {
      return {
        state: 'lacking',
        seen: `${asked}: ${whyUnusable(asked)}, and neither is ${path.join(root, '.cache')} any better`,
        remedy: 'Point TMPDIR to a folder that exists, is writable, and from which programs may be started.',
      };
    }
    return chosen === asked
      ? { state: 'ok', seen: `programs can be written to ${asked} and started` }
      : {
          state: 'note',
          seen: `${asked}: ${whyUnusable(asked)}`,
          remedy: `Nothing to do: ${chosen} is used instead.`,
        };
  },
};

/** Peaks of all processes of a command together, seen on two cores. */
const MEMORY = {
  'npm start': 1.5 * GIB,
  'npm test': 4 * GIB,
  'npm run evidence': 4 * GIB,
  'npm run compliance': 3 * GIB,
};

export const memory = {
  name: 'memory',
  run({ command }) {
    const limit = process.constrainedMemory?.() ?? 0;
    const total = limit > 0 && limit < os.totalmem() ? limit : os.totalmem();
    const seen = `${gib(total)}${total === limit ? ' (limit of this container)' : ''}`;
    const tooMuch = Object.entries(MEMORY).filter(
      ([name, bytes]) => total < bytes && (command === undefined || name === command),
    );
    return tooMuch.length === 0
      ? { state: 'ok', seen }
      : {
          state: 'note',
          seen: `${seen}; ${tooMuch.map(([name, bytes]) => `${name} takes up to ${gib(bytes)}`).join(', ')}`,
          remedy: 'Give the machine or container more memory if it stops without a word.',
        };
  },
};

const FULL_SET_UP = 2 * GIB;
const WORKING = 0.5 * GIB;

export const disk = {
  name: 'disk',
  run({ root }) {
    if (!statfsSync) return { state: 'ok', seen: 'not asked: this Node.js cannot' };
    const needed =
      existsSync(path.join(root, 'node_modules')) && hasTool(root, 'ministack') ? WORKING : FULL_SET_UP;
    for (const folder of [root, os.tmpdir()].filter(existsSync)) {
      const { bavail, bsize } = statfsSync(folder);
      const least = folder === root ? needed : WORKING;
      if (bavail * bsize < least)
        return {
          state: 'lacking',
          seen: `${gib(bavail * bsize)} free at ${folder}; ${gib(least)} are needed`,
          remedy: 'Free some space there.',
        };
    }
    const { bavail, bsize } = statfsSync(root);
    return { state: 'ok', seen: `${gib(bavail * bsize)} free` };
  },
};

export const checkout = {
  name: 'checkout',
  run({ root }) {
    for (const folder of [
      root,
      path.join(root, 'node_modules'),
      path.join(root, '.tools'),
      path.join(root, '.cache'),
    ]) {
      if (!existsSync(folder)) continue;
      try {
        accessSync(folder, constants.W_OK);
      } catch (error) {
        return {
          state: 'lacking',
          seen:
            error.code === 'EROFS'
              ? `${folder} is on a file system that may only be read`
              : `${folder} is not writable for this user (${error.code})`,
          remedy: 'Give it to this user, or clone to a folder of its own.',
        };
      }
    }
    const why = startsFrom(root);
    return why === undefined
      ? { state: 'ok', seen: root }
      : {
          state: 'lacking',
          seen: `${root}: ${why}`,
          remedy: 'Clone to a folder from which programs may be started.',
        };
  },
};

/** Packages bring programs and libraries, which lie in the checkout. */
function startsFrom(root) {
  const cache = path.join(root, '.cache');
  mkdirSync(cache, { recursive: true });
  return whyUnusable(cache);
}

/** A whole system was seen to run with so many, and not with 256. */
const OPEN_FILES = 512;

export const openFiles = {
  name: 'open files',
  async run() {
    // Node raises its own limit to what it may be; children have the raised one.
    const { ok, output } = await probe('sh', ['-c', 'ulimit -n']);
    if (!ok) return { state: 'note', seen: 'not asked: no shell is on the PATH' };
    // `unlimited` is no number.
    const limit = Number(output.trim());
    return limit < OPEN_FILES
      ? {
          state: 'lacking',
          seen: `a process may have ${limit} files open here; ${OPEN_FILES} are needed`,
          remedy: `Raise it: ulimit -n ${2 * OPEN_FILES}, or the hard limit in /etc/security/limits.conf.`,
        }
      : { state: 'ok', seen: `${output.trim()} a process` };
  },
};

export const browser = {
  name: 'browser',
  async run() {
    const { ok, output } = await probe('chromium', ['--version'], { timeout: 10_000 });
    return ok
      ? { state: 'ok', seen: /^.*Chromium.*$/m.exec(output)?.[0].trim() ?? 'chromium' }
      : {
          state: 'note',
          seen: 'no chromium on the PATH: the tests that look at pages are skipped',
          remedy: 'Install the package chromium if you change a page or the report.',
        };
  },
};

export const git = {
  name: 'Git',
  async run() {
    const { ok, output } = await probe('git', ['--version']);
    return ok
      ? { state: 'ok', seen: output.trim() }
      : {
          state: 'note',
          seen: 'not on the PATH: the evidence pack names no commit',
          remedy: 'Install git.',
        };
  },
};
