// Where programs can be written and started. Folders for temporary files are often mounted noexec (CIS Benchmarks for
// Linux, "Ensure noexec option set on /tmp partition"), and TMPDIR can name a folder that is gone.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const WORDS = {
  ENOENT: 'it does not exist',
  EACCES: 'this user may not write there',
  EROFS: 'it is read-only',
  ENOSPC: 'it is full',
  ENOTDIR: 'it is no folder',
};

/** @returns {string | undefined} why a program cannot be written to a folder and started from there */
export function whyUnusable(folder) {
  let trial;
  try {
    trial = mkdtempSync(path.join(folder, 'serverlessapp-try-'));
    const program = path.join(trial, 'try');
    writeFileSync(program, '#!/bin/sh\nexit 0\n', { mode: 0o755 });
    const { error, status } = spawnSync(program, { stdio: 'ignore' });
    if (error?.code === 'EACCES')
      return 'programs may not be started from there (noexec, or a policy of this machine)';
    return error || status !== 0
      ? `a program does not start from there (${error?.code ?? status})`
      : undefined;
  } catch (error) {
    return WORDS[error.code] ?? error.message;
  } finally {
    if (trial !== undefined) rmSync(trial, { recursive: true, force: true });
  }
}

/** @returns {string | undefined} the folder for temporary files, else one in the checkout; undefined when neither will do */
export function chooseTemporaryFolder(root) {
  if (whyUnusable(os.tmpdir()) === undefined) return os.tmpdir();
  const own = path.join(root, '.cache', 'tmp');
  try {
    mkdirSync(own, { recursive: true });
  } catch {
    return undefined;
  }
  return whyUnusable(own) === undefined ? own : undefined;
}
