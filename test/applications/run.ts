/**
 * Judges the applications of others, each a directory below the one that is named, and tells what came of it: exit code,
 * resources, findings, what could not be judged. Ends with 1 when the gate could not judge one of them (exit code 2).
 *
 *     node --import tsx test/applications/run.ts DIRECTORY [--json FILE]
 *
 * The applications are fetched by whoever runs this; docs/other-applications.md lists those that were tried.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { exitCodeOf, judge, type Judgement } from '../../compliance/gate';
import { messageOf } from '../../compliance/gate-error';
import { silentProgress } from '../../tools/setup/progress';

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

async function main(): Promise<void> {
  const [root, option, file] = process.argv.slice(2);
  if (root === undefined) throw new Error('Name the directory with the applications.');
  const applications = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const outcomes: Outcome[] = [];
  for (const { name } of applications) {
    const outcome = await tryOne(root, name);
    outcomes.push(outcome);
    const { code, stacks, resources, findings, notJudged, seconds } = outcome;
    console.log(`| ${[name, code, stacks, resources, findings, notJudged, seconds].join(' | ')} |`);
    if (option === '--json' && file !== undefined)
      writeFileSync(file, JSON.stringify(outcomes, undefined, 1));
  }
  const blind = outcomes.filter(({ code }) => code === 2);
  for (const { application, why } of blind) console.log(`${application}: ${why.join('\n  ')}`);
  process.exitCode = blind.length > 0 ? 1 : 0;
}

void main();
