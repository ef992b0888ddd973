/**
 * Judges twelve applications of others, which it fetches at fixed commits (or finds as checkouts below a directory, each as
 * OWNER+NAME), and tells what came of each: exit code, resources, findings, what could not be judged. Ends with 1 when the
 * gate could not judge one of them (exit code 2), or one was not there to be judged.
 *
 *     npm run test:applications [-- --from DIRECTORY] [--only WORDS] [--write]
 *
 * docs/other-applications.md says what came of it. Nothing of theirs is in this repository.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { exitCodeOf, judge, type Judgement } from '../../compliance/gate';
import { messageOf } from '../../compliance/gate-error';
import { PROJECT_ROOT } from '../../tools/setup/project-paths';
import { silentProgress } from '../../tools/setup/progress';
import { fetchedRepository } from '../support/fetched-repository';
import { type Application, APPLICATIONS } from './sources';
import { type Outcome, page } from './tell';

const PAGE = 'docs/other-applications.md';

type Told = Omit<Outcome, 'application' | 'seconds'>;

const told = ({ rows, failures, strict, assembly }: Judgement): Told => ({
  code: exitCodeOf({ rows, failures, strict }),
  stacks: assembly.stacks.length,
  resources: assembly.stacks.reduce((sum, { resources }) => sum + resources.length, 0),
  findings: rows.filter(({ verdict }) => verdict === 'non-compliant').length,
  notJudged: rows.filter(({ verdict }) => verdict === 'error').length,
  why: failures,
});

const NOTHING = { stacks: 0, resources: 0, findings: 0, notJudged: 0 };

async function judgeOne(application: Application, from: string | undefined): Promise<Outcome> {
  const begin = Date.now();
  let outcome: Told;
  try {
    outcome = await judge(
      {
        stage: 'prod',
        templates: path.join(fetchedRepository(application, from), application.folder),
        today: new Date().toISOString().slice(0, 10),
        progress: silentProgress,
      },
      (judgement) => Promise.resolve(told(judgement)),
    );
  } catch (error) {
    outcome = { ...NOTHING, code: 2, why: [messageOf(error)] };
  }
  return { application, ...outcome, seconds: Math.round((Date.now() - begin) / 1000) };
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      from: { type: 'string' },
      only: { type: 'string', default: '' },
      write: { type: 'boolean', default: false },
    },
  });
  const outcomes: Outcome[] = [];
  for (const application of APPLICATIONS.filter(({ name }) => name.includes(values.only))) {
    const outcome = await judgeOne(application, values.from);
    outcomes.push(outcome);
    const { code, stacks, resources, findings, notJudged, seconds, why } = outcome;
    console.log(
      `${code === 2 ? '✗' : '✓'} ${application.name}: exit code ${code}, ${stacks} stacks, ${resources} resources, ${findings} findings, ${notJudged} not judged (${seconds} s)`,
    );
    for (const reason of why) console.log(`    ${reason}`);
  }
  if (values.write) writeFileSync(path.join(PROJECT_ROOT, PAGE), await page(outcomes));
  if (outcomes.length === 0) console.error('No application has such a name.');
  return outcomes.length === 0 || outcomes.some(({ code }) => code === 2) ? 1 : 0;
}

void main().then((code) => {
  process.exitCode = code;
});
