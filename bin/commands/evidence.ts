import { execFileSync, spawn } from 'node:child_process';
import path from 'node:path';
import { readTestResults } from '../../compliance/controls/test-results';
import { PROJECT_ROOT } from '../../tools/setup/project-paths';
import { readSources } from '../../tools/testing/source-digest';
import { type Ended, makeWholePack, type Step } from '../evidence/whole-pack';

/** Everything that the pack can hold, on the same sources. Arguments are the gate's (`--stage`, `--output`). */
const gate = process.argv.slice(2).filter((argument) => argument !== '--again');
/** Results that are there already are made anew. */
const again = process.argv.includes('--again');
const started = new Date().toISOString();

function listTests(): string[] {
  const output = execFileSync(
    process.execPath,
    [path.join(PROJECT_ROOT, 'node_modules/jest/bin/jest.js'), '--listTests', '--json'],
    { cwd: PROJECT_ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  return (JSON.parse(output) as string[])
    .map((file) => path.relative(PROJECT_ROOT, file).split(path.sep).join('/'))
    .sort();
}

let wasEnded = false;
function run({ args }: Step): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...args], { cwd: PROJECT_ROOT, stdio: 'inherit' });
    const end = (signal: NodeJS.Signals): void => {
      wasEnded = true;
      // Ctrl-C reaches the child as well as us.
      if (signal !== 'SIGINT') child.kill(signal);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    for (const signal of signals) process.on(signal, end);
    child.on('close', (code, signal) => {
      for (const one of signals) process.off(one, end);
      resolve({ code, signal });
    });
  });
}

async function main(): Promise<void> {
  process.exitCode = 2;
  process.exitCode = await makeWholePack(
    {
      files: listTests(),
      kept: () => readTestResults(PROJECT_ROOT).filter(({ ran }) => !again || ran >= started),
      sources: () => readSources(PROJECT_ROOT).digest,
      run,
      wasEnded: () => wasEnded,
      say: (text) => console.error(text),
    },
    gate,
  );
}

void main();
