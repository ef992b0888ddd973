// npm run doctor: what this machine has and lacks for each command, in seconds, and how to fix it. Plain JavaScript
// without dependencies, since it has to say why there are none.
import { certificates, loopback, proxy } from './checks/network.mjs';
import { npm, npmRegistry, packages } from './checks/packages.mjs';
import { java, maven } from './checks/java.mjs';
import { interpreter, pythonIndex } from './checks/python.mjs';
import { browser, checkout, disk, git, memory, openFiles, temporaryFolder } from './checks/machine.mjs';
import { hasTool, needsLockedNode, node, system } from './checks/system.mjs';

/** For everything: packages are installed from the registry, on a Node that is new enough or fetched by Python. */
const SET_UP = [
  system,
  node,
  npm,
  checkout,
  openFiles,
  disk,
  certificates,
  proxy,
  packages,
  npmRegistry,
  interpreter,
  pythonIndex,
];
const LOCAL = [temporaryFolder, loopback, memory];

/** What each command needs besides, as README.md names them. */
const COMMANDS = {
  'npm start': [...SET_UP, ...LOCAL],
  'npm test': [...SET_UP, ...LOCAL, git, browser],
  'npm run evidence': [...SET_UP, ...LOCAL, git, browser],
  'npm run test:reliability, test:hostile': [...SET_UP, ...LOCAL],
  'npm run test:clients': [...SET_UP, ...LOCAL, java, maven],
  'npm run test:corpora, test:applications, test:pictures, test:adoption, package': [
    ...SET_UP,
    temporaryFolder,
    git,
  ],
  'npm run test:fedramp, test:simulator': [...SET_UP, temporaryFolder],
  'npm run compliance': [...SET_UP, temporaryFolder, memory, git],
  'npm run lint, format, build, synth, generate, new, simulate, bench, cost': [...SET_UP, temporaryFolder],
  'npm run preflight, ops': [...SET_UP, temporaryFolder],
};
/** Of Python's tools these need none but Node, where the machine's own is too old. */
const ON_NODE_ALONE = new Set([
  'npm run lint, format, build, synth, generate, new, simulate, bench, cost',
  'npm run preflight, ops',
]);
const ALL = [...new Set(Object.values(COMMANDS).flat())];

/** @returns {string} the row of a command such as `compliance` or `start` */
const rowOf = (command) =>
  Object.keys(COMMANDS).find((row) =>
    row
      .replace(/^npm (run )?/, '')
      .split(', ')
      .includes(command),
  ) ?? 'npm start';

async function examine(checks, context) {
  return Promise.all(
    checks.map(async (check) => {
      try {
        return { check, ...(await check.run(context)) };
      } catch (error) {
        return { check, state: 'note', seen: `could not be looked at: ${error.message}` };
      }
    }),
  );
}

const SIGNS = { ok: '✓', note: '!', lacking: '✗' };
const line = ({ check, state, seen, remedy }) =>
  [
    `  ${SIGNS[state]} ${check.name.padEnd(13)} ${seen}`,
    ...(remedy ? [`${' '.repeat(18)}→ ${remedy}`] : []),
  ].join('\n');

/**
 * @param {string} root - the checkout
 * @param {string[]} args - `--json` prints findings as JSON
 * @returns {Promise<number>} exit code: 0 every command can run, 1 one lacks something
 */
export async function doctor(root, args) {
  const findings = await examine(ALL, { root });
  const lacking = new Set(findings.filter(({ state }) => state === 'lacking').map(({ check }) => check));
  const hasNode = !needsLockedNode() || hasTool(root, 'node');
  const commands = Object.entries(COMMANDS).map(([name, checks]) => ({
    name,
    lacks: checks
      .filter((check) => lacking.has(check))
      .filter((check) => !(check === pythonIndex && hasNode && ON_NODE_ALONE.has(name)))
      .map((check) => check.name),
  }));
  if (args.includes('--json')) {
    const plain = findings.map(({ check, state, seen, remedy }) => ({
      name: check.name,
      state,
      seen,
      remedy,
    }));
    console.log(JSON.stringify({ findings: plain, commands }, null, 2));
  } else {
    console.log(`This machine\n${findings.map(line).join('\n')}\n\nCommands`);
    const width = Math.max(...commands.map(({ name }) => name.length));
    for (const { name, lacks } of commands)
      console.log(
        `  ${name.padEnd(width)}  ${lacks.length === 0 ? 'can run' : `lacks: ${lacks.join(', ')}`}`,
      );
  }
  return lacking.size === 0 ? 0 : 1;
}

const told = (findings) =>
  findings
    .filter(({ state }) => state === 'lacking')
    .map(({ check, seen, remedy }) => `${check.name}: ${seen}. → ${remedy}`);

/**
 * What no command can do without, whatever is installed; asked before each, so within milliseconds.
 * @returns {Promise<string[]>} as {@link missingPrerequisites}
 */
export const blockingFindings = async (root) => told(await examine([checkout, openFiles], { root }));

/**
 * For a command whose set-up failed.
 * @param {string} command - `start`, `compliance` …
 * @returns {Promise<string[]>} each thing that it lacks: one sentence with the cause, one with the remedy
 */
export async function missingPrerequisites(root, command) {
  const row = rowOf(command);
  return told(await examine(COMMANDS[row], { root, command: row }));
}
