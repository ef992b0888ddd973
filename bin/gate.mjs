#!/usr/bin/env node
// The gate as a command of its own, for repositories that are not this one: `serverlessapp-gate TEMPLATES [options]`.
// Plain JavaScript, so that it can say what is missing; what it installs, it keeps in the user's cache.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { removeForeignVariables } from '../tools/doctor/clean-environment.mjs';
import { endWith, startWithoutPreloads } from '../tools/doctor/node-options.mjs';

const EXIT_CANNOT_RUN = 2;
const MINIMUM_NODE = [20, 19];
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
/** In a clone of the project (a GitHub Action, a pre-commit hook) packages are installed on first use, from its lock file. */
const CLONE = existsSync(path.join(root, 'bin', 'install-packages.mjs'));
const NOTHING_NAMED = 'Name what to evaluate first: serverlessapp-gate cdk.out';
const COMMANDS = ['verify', 'diff', 'series', 'at', 'sign'];

function fail(message) {
  console.error(message);
  endWith(EXIT_CANNOT_RUN);
}

/** `PLACE [options]` evaluates PLACE; a pack goes beside whoever asks for it. */
function argumentsOf(given) {
  const [first] = given;
  // A hook or a workflow that names nothing must not pass.
  if (first === undefined || first === '')
    fail(`${NOTHING_NAMED}; serverlessapp-gate --help tells the rest.`);
  if (COMMANDS.includes(first) || first === '--help' || first === '-h') return given;
  const evaluated = first.startsWith('-') ? given : ['--templates', ...given];
  const has = (option) => evaluated.some((each) => each === option || each.startsWith(`${option}=`));
  if (!has('--templates')) fail(`${NOTHING_NAMED}.`);
  return has('--output') || has('--engine') ? evaluated : [...evaluated, '--output', 'compliance-report'];
}

/** Several versions of the gate on one machine keep apart what they install by their lock files. */
function home() {
  const cache = process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache');
  const requirements = path.join(root, 'tools', 'requirements');
  const hash = createHash('sha256');
  for (const name of readdirSync(requirements).sort())
    hash.update(readFileSync(path.join(requirements, name)));
  return path.join(cache, 'serverlessapp-gate', hash.digest('hex').slice(0, 12));
}

startWithoutPreloads();
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor < MINIMUM_NODE[1]))
  fail(`The gate needs Node.js ${MINIMUM_NODE.join('.')} or newer; this is ${process.versions.node}.`);
const args = argumentsOf(process.argv.slice(2));
if (CLONE) {
  const { installPackages } = await import('./install-packages.mjs');
  const fault = await installPackages(root);
  if (fault !== undefined) fail(fault);
}
const environment = { ...process.env };
removeForeignVariables(environment);
const child = spawn(
  process.execPath,
  [
    ...['--import', 'tsx', '--import', './bin/broken-pipe.mjs'],
    path.join('bin', 'commands', 'compliance.ts'),
    ...args,
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...environment,
      SERVERLESSAPP_COMMAND: 'compliance',
      INVOKED_FROM: process.cwd(),
      ...(!CLONE && { SERVERLESSAPP_GATE_HOME: home() }),
    },
  },
);
child.on('error', (error) => fail(`The gate could not be started: ${error.message}`));
child.on('exit', (code) => endWith(code ?? EXIT_CANNOT_RUN));
