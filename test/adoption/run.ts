/**
 * Uses the gate as another repository does, in each way that README tells: an archive, npx, a git URL, the action's own
 * step, the pre-commit hook. Each has to find the open topic of a foreign template, to pass a harmless one, and to refuse
 * to evaluate nothing.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Evidence } from '../../compliance/report/evidence';
import { PROJECT_ROOT } from '../../tools/setup/project-paths';
import { machinePath, revision } from '../hostile/clone';
import { OPEN_RESOURCE, OPEN_RULE, writeSample } from './sample';
import { type Way, ways } from './ways';

const HELP = `npm run test:adoption [-- --quick] [--only WORDS] [--pre-commit COMMAND]

Uses the gate as another repository does, in each way that README tells. --quick packs, installs and runs it only; --only
takes the ways whose names hold the words; --pre-commit is the command of https://pre-commit.com (default: pre-commit).`;

const PACK = 'compliance-report';

/** The commit with what was changed since, on a branch, so that git URLs find it. */
async function cloneInto(folder: string): Promise<void> {
  const commit = await revision();
  const git = (...args: string[]): void =>
    void execFileSync('git', ['-C', folder, ...args], { stdio: 'ignore' });
  mkdirSync(folder);
  git('init', '--quiet', '--initial-branch', 'main');
  git('fetch', '--quiet', '--depth', '1', PROJECT_ROOT, commit);
  git('reset', '--quiet', '--hard', 'FETCH_HEAD');
}

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

function run({ evaluate }: Way, folder: string, places: readonly string[]): Ended {
  rmSync(path.join(folder, PACK), { recursive: true, force: true });
  const { command, args, environment } = evaluate(folder, places);
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|NODE_|INIT_CWD$|INVOKED_FROM$|SERVERLESSAPP_)/.test(name),
  );
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: folder,
    env: { ...Object.fromEntries(inherited), PATH: machinePath(), ...environment },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return { code: status, output: `${error?.message ?? ''}${stdout}${stderr}` };
}

const rowsIn = (folder: string): Evidence['rows'] => {
  const file = path.join(folder, PACK, 'evidence.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Evidence).rows : [];
};

/** What is wrong with one way; empty when it does what README says. */
function faultsOf(way: Way, folder: string): string[] {
  const faults: string[] = [];
  const expectCode = (wanted: number, what: string, { code, output }: Ended): void => {
    if (code !== wanted)
      faults.push(`${what}: exit code ${code} instead of ${wanted}\n${output.slice(-2000)}`);
  };
  way.prepare?.(folder);
  expectCode(1, 'an open topic', run(way, folder, ['open']));
  const found = rowsIn(folder).some(
    ({ rule, resource, verdict }) =>
      rule === OPEN_RULE && resource === OPEN_RESOURCE && verdict === 'non-compliant',
  );
  if (!found) faults.push(`an open topic: no finding of ${OPEN_RULE} at ${OPEN_RESOURCE} in ${PACK}`);
  expectCode(0, 'a harmless template', run(way, folder, ['harmless/template.yaml']));
  if (rowsIn(folder).length === 0) faults.push(`a harmless template: no rows in ${PACK}`);
  const nothing = run(way, folder, []);
  // pre-commit's own exit code for a hook that failed is 1.
  if (nothing.code === 0 || !nothing.output.includes('what to evaluate first'))
    faults.push(`nothing named: exit code ${nothing.code}\n${nothing.output.slice(-2000)}`);
  return faults;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      'pre-commit': { type: 'string', default: 'pre-commit' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'adoption-'));
  let failed = 0;
  try {
    const clone = path.join(scratch, 'gate-repository');
    await cloneInto(clone);
    const chosen = (await ways(clone, scratch, values['pre-commit'])).filter(
      ({ name, isQuick }) => name.includes(values.only) && (!values.quick || isQuick === true),
    );
    for (const [index, way] of chosen.entries()) {
      if (way.lacking !== undefined) {
        console.log(`- ${way.name}: not tried, ${way.lacking}`);
        continue;
      }
      const begin = Date.now();
      const folder = path.join(scratch, `shop-${index}`);
      writeSample(folder);
      const faults = faultsOf(way, folder);
      if (faults.length > 0) failed += 1;
      const seconds = ((Date.now() - begin) / 1000).toFixed(0);
      console.log(`${faults.length === 0 ? '✓' : '✗'} ${way.name} (${seconds} s)`);
      for (const fault of faults) console.log(`    ${fault}`);
    }
    if (chosen.length === 0) console.error('No way has such a name.');
    return failed > 0 || chosen.length === 0 ? 1 : 0;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

void main().then((code) => {
  process.exitCode = code;
});
