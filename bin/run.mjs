#!/usr/bin/env node
// The door of every npm script: plain JavaScript without dependencies, so that it can say what is missing on a bare
// machine, installs the locked packages once per lock file, and then hands over.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..');
const MINIMUM_NODE = [20, 19];

const typescript = (entry) => [['--import', 'tsx', entry]];
const tool = (file, ...args) => [[path.join('node_modules', file), ...args]];

/** Each command is a list of node invocations; the user's arguments go to the last. */
const COMMANDS = {
  start: typescript('bin/commands/start.ts'),
  test: tool('jest/bin/jest.js'),
  'test:reliability': typescript('test/reliability/run.ts'),
  compliance: typescript('bin/commands/compliance.ts'),
  preflight: typescript('bin/commands/preflight.ts'),
  ops: typescript('bin/commands/operations.ts'),
  simulate: typescript('bin/commands/simulate.ts'),
  cost: typescript('bin/commands/cost.ts'),
  build: typescript('lambda/build.ts'),
  openapi: typescript('tools/documents/write-openapi.ts'),
  synth: tool('aws-cdk/bin/cdk', 'synth', '--quiet'),
  lint: [
    ...tool('typescript/bin/tsc', '--project', '.'),
    ...tool('eslint/bin/eslint.js', '.', '--max-warnings', '0'),
    ...tool('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'),
  ],
  format: tool('prettier/bin/prettier.cjs', '--write', '--log-level', 'warn', '.'),
};

const fail = (message) => {
  console.error(message);
  process.exit(2);
};

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor < MINIMUM_NODE[1])) {
    fail(
      `This needs Node.js ${MINIMUM_NODE.join('.')} or newer; this is ${process.versions.node}. Install a current Node.js (https://nodejs.org) and run the command again.`,
    );
  }
}

/** Installs exactly what the lock file says, unless that was done before for this lock file, system and processor. */
function installPackages() {
  const identity = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .update(`${process.platform}-${process.arch}`)
    .digest('hex');
  const marker = path.join(root, 'node_modules', '.serverlessapp-installed');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === identity) return;
  const begin = Date.now();
  console.error('Installing the locked npm packages (first run, or the lock file changed) …');
  const install = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (install.error)
    fail(`npm could not be started (${install.error.message}). It comes with Node.js; put it on the PATH.`);
  if (install.status !== 0)
    fail('npm ci failed; see its message above. The network or a registry may be out of reach.');
  mkdirSync(path.dirname(marker), { recursive: true });
  writeFileSync(marker, identity);
  console.error(`npm packages installed in ${((Date.now() - begin) / 1000).toFixed(0)} s.`);
}

/** Runs one node process in the foreground; Ctrl-C reaches it as well as us, so we only wait for its end. */
const run = (args) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, INVOKED_FROM: process.env.INIT_CWD ?? process.cwd() },
    });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.on(signal, () => {
        if (signal !== 'SIGINT') child.kill(signal);
      });
    }
    child.on('exit', (code, signal) => resolve(signal ? 1 : (code ?? 1)));
  });

const [name, ...userArguments] = process.argv.slice(2);
const steps = COMMANDS[name];
if (!steps) fail(`Unknown command "${name ?? ''}". Known: ${Object.keys(COMMANDS).join(', ')}.`);
checkNode();
installPackages();
for (const [index, step] of steps.entries()) {
  const code = await run(index === steps.length - 1 ? [...step, ...userArguments] : step);
  if (code !== 0) process.exit(code);
}
