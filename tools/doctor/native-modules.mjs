// Whether what was installed for this system loads on it: a C library of another kind, or a library that is not there,
// would otherwise show as a stack trace of every command.
import { spawnSync } from 'node:child_process';

/** Each with the least that makes it load its native part. */
const TRIALS = {
  sharp: "require('sharp')",
  esbuild: "require('esbuild').transformSync('')",
  '@swc/core': "require('@swc/core')",
};

/** @returns {string | undefined} which package does not load in a checkout, and what the system says of it */
export function whyNativeFails(root, trials = TRIALS) {
  for (const [name, trial] of Object.entries(trials)) {
    const { status, stderr } = spawnSync(process.execPath, ['--eval', trial], {
      cwd: root,
      encoding: 'utf8',
    });
    if (status === 0) continue;
    const lines = stderr.split('\n').map((line) => line.trim());
    const said = lines.find((line) => /ERR_DLOPEN|shared (library|object)|spawn|ELF|GLIBC/.test(line));
    return `${name} does not load: ${said ?? lines.find((line) => /Error/.test(line)) ?? `it ended with ${status}`}`;
  }
  return undefined;
}
