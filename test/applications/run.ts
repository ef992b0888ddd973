/**
 * Judges twelve applications of others, which it fetches at fixed commits (or finds below a directory that is named), and
 * tells what came of each: exit code, resources, findings, what could not be judged. Ends with 1 when the gate could not
 * judge one of them (exit code 2).
 *
 *     node --import tsx test/applications/run.ts [DIRECTORY] [--json FILE]
 *
 * docs/other-applications.md says what came of it. Nothing of theirs is in this repository.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { exitCodeOf, judge, type Judgement } from '../../compliance/gate';
import { messageOf } from '../../compliance/gate-error';
import { CACHE_DIRECTORY } from '../../tools/setup/project-paths';
import { silentProgress } from '../../tools/setup/progress';
import { type Application, APPLICATIONS } from './sources';

interface Outcome {
  readonly application: string;
  readonly code: 0 | 1 | 2;
  readonly stacks: number;
  readonly resources: number;
  readonly findings: number;
  readonly notJudged: number;
  readonly seconds: number;
  readonly why: readonly string[];
}

const told = ({ rows, failures, strict, assembly }: Judgement): Omit<Outcome, 'application' | 'seconds'> => ({
  code: exitCodeOf({ rows, failures, strict }),
  stacks: assembly.stacks.length,
  resources: assembly.stacks.reduce((sum, { resources }) => sum + resources.length, 0),
  findings: rows.filter(({ verdict }) => verdict === 'non-compliant').length,
  notJudged: rows.filter(({ verdict }) => verdict === 'error').length,
  why: [
    ...failures,
    ...rows
      .filter(({ verdict }) => verdict === 'error')
      .map(
        ({ engine, rule, stack, resource, message }) =>
          `${engine} ${rule} ${stack ?? ''} ${resource}: ${message}`,
      ),
  ],
});

const NOTHING = { stacks: 0, resources: 0, findings: 0, notJudged: 0 };

async function tryOne(root: string, application: string): Promise<Outcome> {
  const begin = Date.now();
  const outcome = await judge(
    {
      stage: 'prod',
      templates: path.join(root, application),
      today: new Date().toISOString().slice(0, 10),
      progress: silentProgress,
    },
    (judgement) => Promise.resolve(told(judgement)),
  ).catch((error: unknown) => ({ ...NOTHING, code: 2 as const, why: [messageOf(error)] }));
  return { application, ...outcome, seconds: Math.round((Date.now() - begin) / 1000) };
}

/** Brings what the application's own synthesis left in its repository, at one commit and without the rest. */
function fetchOne(root: string, { repository, commit, folder }: Application): void {
  const place = path.join(root, repository.replace('/', '+'));
  if (existsSync(path.join(place, folder, 'manifest.json'))) return;
  mkdirSync(place, { recursive: true });
  for (const args of [
    ['init', '--quiet'],
    ['sparse-checkout', 'set', folder],
    ['fetch', '--quiet', '--depth', '1', '--filter=blob:none', `https://github.com/${repository}`, commit],
    ['checkout', '--quiet', 'FETCH_HEAD'],
  ]) {
    const { status } = spawnSync('git', args, { cwd: place, stdio: 'inherit' });
    if (status !== 0)
      throw new Error(`git ${args.join(' ')} failed. With copies of your own: name their directory.`);
  }
}

function fetched(): string {
  const root = path.join(CACHE_DIRECTORY, 'applications');
  for (const application of APPLICATIONS) fetchOne(root, application);
  return root;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'string' } },
  });
  const { json: file } = values;
  const root = positionals[0] ?? fetched();
  const applications = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const outcomes: Outcome[] = [];
  for (const { name } of applications) {
    const outcome = await tryOne(root, name);
    outcomes.push(outcome);
    const { code, stacks, resources, findings, notJudged, seconds } = outcome;
    console.log(`| ${[name, code, stacks, resources, findings, notJudged, seconds].join(' | ')} |`);
    if (file !== undefined) writeFileSync(file, JSON.stringify(outcomes, undefined, 1));
  }
  const blind = outcomes.filter(({ code }) => code === 2);
  for (const { application, why } of blind) console.log(`${application}: ${why.join('\n  ')}`);
  process.exitCode = blind.length > 0 ? 1 : 0;
}

void main();
