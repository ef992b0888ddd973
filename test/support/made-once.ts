import { existsSync, mkdirSync, readFileSync, renameSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const WAIT_MILLISECONDS = 50;
const LONGEST_WAIT_MILLISECONDS = 120_000;
const pause = (): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MILLISECONDS);
};

const held = new Map<string, string>();

/** Takes the right to make something; false when another process of the run has it. */
function take(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function make(file: string, value: () => unknown): string {
  const text = JSON.stringify(value());
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text);
  renameSync(draft, file);
  return text;
}

function textOf(file: string, value: () => unknown): string {
  const lock = `${file}.lock`;
  for (let waited = 0; waited < LONGEST_WAIT_MILLISECONDS; waited += WAIT_MILLISECONDS) {
    if (existsSync(file)) return readFileSync(file, 'utf8');
    if (take(lock)) {
      try {
        return make(file, value);
      } finally {
        rmdirSync(lock);
      }
    }
    pause();
  }
  // Whoever was at it died; what it would have made is made here, for this file alone.
  return JSON.stringify(value());
}

/**
 * What many test files of a run need alike, such as the templates of a stage: the first makes it, the others read it as JSON
 * from the run's temporary directory, which no other run has. Each call gives a copy of its own.
 * @param name of the thing, as a file's name
 */
export function madeOnce<Value>(name: string, value: () => Value): Value {
  const directory = process.env['SERVERLESSAPP_TEST_TEMP'];
  const text =
    held.get(name) ??
    (directory === undefined ? JSON.stringify(value()) : textOf(path.join(directory, `${name}.json`), value));
  held.set(name, text);
  return JSON.parse(text) as Value;
}
