#!/usr/bin/env node
// The door of every npm script: plain JavaScript without dependencies, so that it can say what is missing on a bare
// machine, installs the locked packages once per lock file, and then hands over.
import { spawn, spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { doctor, missingPrerequisites, blockingFindings } from '../tools/doctor/doctor.mjs';
import { removeForeignVariables, removeRefusedOptions } from '../tools/doctor/clean-environment.mjs';
import { endWith, startWithoutPreloads } from '../tools/doctor/node-options.mjs';
import { chooseTemporaryFolder } from '../tools/doctor/temporary-folder.mjs';
import { installPackages } from './install-packages.mjs';

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..');
/** Enough to install the packages and to find or fetch the Node that runs everything. */
const MINIMUM_NODE = [20, 19];
/** The functions' runtime (lib/constructs/functions: nodejs24.x). */
const RUNTIME_NODE = 24;

const typescript = (entry) => [['--import', 'tsx', '--import', './bin/broken-pipe.mjs', entry]];
const tool = (file, ...args) => [[path.join('node_modules', file), ...args]];

const SOURCE_FOLDERS = ['bin', 'compliance', 'lambda', 'lib', 'local', 'test', 'tools'];
/**
 * A file is evaluated again when it changed. Rules that ask for types can miss what another file changed in them; CI has
 * no cache and evaluates every file.
 */
const cache = (name) => [
  '--cache',
  '--cache-strategy',
  'content',
  '--cache-location',
  path.join('.cache', 'lint', name),
];

/** Each command is a list of node invocations; the user's arguments go to the last. */
const COMMANDS = {
  start: typescript('bin/commands/start.ts'),
  test: tool('jest/bin/jest.js'),
  'test:reliability': typescript('test/reliability/run.ts'),
  'test:clients': typescript('test/clients/run.ts'),
  'test:hostile': typescript('test/hostile/run.ts'),
  'test:corpora': typescript('test/corpora/run.ts'),
  'test:applications': typescript('test/applications/run.ts'),
  'test:fedramp': typescript('test/fedramp/run.ts'),
  'test:pictures': typescript('test/pictures/run.ts'),
  'test:adoption': typescript('test/adoption/run.ts'),
  'test:simulator': typescript('test/simulator/run.ts'),
  compliance: typescript('bin/commands/compliance.ts'),
  evidence: typescript('bin/commands/evidence.ts'),
  preflight: typescript('bin/commands/preflight.ts'),
  ops: typescript('bin/commands/operations.ts'),
  bench: typescript('test/performance/run.ts'),
  simulate: typescript('bin/commands/simulate.ts'),
  cost: typescript('bin/commands/cost.ts'),
  package: typescript('bin/commands/package.ts'),
  build: typescript('lambda/build.ts'),
  generate: typescript('bin/commands/generate.ts'),
  new: typescript('bin/commands/new.ts'),
  synth: tool('aws-cdk/bin/cdk', 'synth', '--quiet'),
  lint: [
    // The compiler that types are checked with; ESLint's rules need the one before, which has an interface for programs.
    ...tool('typescript-7/bin/tsc', '--singleThreaded', '--project', '.'),
    ...tool('dependency-cruiser/bin/dependency-cruise.mjs', '--output-type', 'err', ...SOURCE_FOLDERS),
    // All files with their types take 3.5 GB, and Node's own limit is 4 GB at most.
    ...tool('eslint/bin/eslint.js', '.', '--max-warnings', '0', ...cache('eslint/')).map((step) => [
      '--max-old-space-size=8192',
      ...step,
    ]),
    ...tool('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.', ...cache('prettier')),
  ],
  format: tool('prettier/bin/prettier.cjs', '--write', '--log-level', 'warn', '.'),
};

/** For `node bin/run.mjs --help`: what each npm script runs, as a shell would be given it, on the Node that runs everything. */
const help = () =>
  Object.entries(COMMANDS)
    .map(([command, steps]) => {
      const [first, ...more] = steps.map((step) => ['node', ...step].join(' '));
      return [`${command.padEnd(18)}${first}`, ...more.map((line) => `${' '.repeat(15)}&& ${line}`)].join(
        '\n',
      );
    })
    .join('\n');

const EXIT_CANNOT_RUN = 2;
/** Their exit code is a verdict. */
const VERDICTS = ['compliance', 'evidence'];
const fail = (message) => {
  console.error(message);
  endWith(EXIT_CANNOT_RUN);
};

/** Ends with what was said where it failed, and what the doctor finds that this command lacks here. */
async function failSetUp(message) {
  console.error(message);
  for (const lack of await missingPrerequisites(root, name)) console.error(`npm run doctor: ${lack}`);
  endWith(EXIT_CANNOT_RUN);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor < MINIMUM_NODE[1])) {
    fail(
      `This needs Node.js ${MINIMUM_NODE.join('.')} or newer; this is ${process.versions.node}. Install a current Node.js (https://nodejs.org) and run the command again.`,
    );
  }
}

/**
 * The one Node that everything runs on from here: this process's own when it is new enough, else the locked one of
 * tools/requirements/node.txt, found or installed by tools/setup/print-node.ts.
 */
function runtimeNode() {
  if (Number(process.versions.node.split('.')[0]) >= RUNTIME_NODE) return process.execPath;
  const found = spawnSync(
    process.execPath,
    ['--import', 'tsx', path.join('tools', 'setup', 'print-node.ts')],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      encoding: 'utf8',
    },
  );
  if (found.status !== 0) endWith(found.status ?? EXIT_CANNOT_RUN);
  return found.stdout.trim();
}

/** Changes what this process and all that it starts find around them. */
function prepareEnvironment() {
  removeForeignVariables(process.env);
  delete process.env.SERVERLESSAPP_GATE_HOME;
  // For messages: the command that the user gave, and when (milliseconds since 1970): set-up counts, too.
  process.env.SERVERLESSAPP_COMMAND = name;
  process.env.SERVERLESSAPP_BEGAN = String(Math.round(performance.timeOrigin));
  // Where temporary files go, programs must start: functions are started from there.
  const asked = os.tmpdir();
  const temporary = chooseTemporaryFolder(root);
  if (temporary === undefined || temporary === asked) return;
  console.error(`Programs cannot be written to ${asked} and started; ${temporary} is used instead.`);
  process.env.TMPDIR = temporary;
}

/** Runs one node process in the foreground; Ctrl-C reaches it as well as us, so we only wait for its end. */
const run = (node, args) =>
  new Promise((resolve) => {
    const child = spawn(node, args, {
      cwd: root,
      stdio: 'inherit',
      env: {
        ...process.env,
        // What calls `node` by its name (the CDK's command line does) gets the same one. The machine's own stays where
        // it is on the PATH: what else lies in its folder would come before the user's choice.
        ...(node !== process.execPath && {
          PATH: [path.dirname(node), process.env.PATH].join(path.delimiter),
        }),
        INVOKED_FROM: process.env.INIT_CWD ?? process.cwd(),
      },
    });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.on(signal, () => {
        if (signal !== 'SIGINT') child.kill(signal);
      });
    }
    child.on('exit', (code, signal) => resolve(signal ? 1 : (code ?? 1)));
  });

const [name, ...userArguments] = process.argv.slice(2);
if (VERDICTS.includes(name)) startWithoutPreloads();
if (name === 'doctor') process.exit(await doctor(root, userArguments));
if (name === '--help') {
  console.log(help());
  process.exit(0);
}
const steps = COMMANDS[name];
if (!steps) fail(`Unknown command "${name ?? ''}". Known: doctor, ${Object.keys(COMMANDS).join(', ')}.`);
checkNode();
prepareEnvironment();
const [stopped] = await blockingFindings(root);
if (stopped !== undefined) fail(stopped);
const fault = await installPackages(root);
if (fault !== undefined) await failSetUp(fault);
const node = runtimeNode();
const refused = removeRefusedOptions(node, process.env);
if (refused !== undefined) console.error(`NODE_OPTIONS is left out: ${refused}`);
for (const [index, step] of steps.entries()) {
  const code = await run(node, index === steps.length - 1 ? [...step, ...userArguments] : step);
  if (code !== 0) endWith(code);
}
