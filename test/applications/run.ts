/**
 * Evaluates twelve applications of others, which it fetches at fixed commits (or finds as checkouts below a directory, each as
 * OWNER+NAME), and tells what came of each: exit code, resources, findings, what could not be evaluated. Ends with 1 when the
 * gate could not evaluate one of them (exit code 2), or one was not there to be evaluated.
 *
 *     npm run test:applications [-- --from DIRECTORY] [--only WORDS] [--write]
 *
 * docs/other-applications.md says what came of it. Nothing of theirs is in this repository.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { exitCodeOf, evaluate, type Evaluation } from '../../compliance/gate';
import { messageOf } from '../../compliance/gate-error';
import { PROJECT_ROOT } from '../../tools/setup/project-paths';
import { silentProgress } from '../../tools/setup/progress';
import { fetchedRepository } from '../support/fetched-repository';
import { type Application, APPLICATIONS } from './sources';
import { type Outcome, page } from './report';

const PAGE = 'docs/other-applications.md';

type Told = Omit<Outcome, 'application' | 'seconds'>;

const told = ({ rows, failures, strict, assembly }: Evaluation): Told => ({
  code: exitCodeOf({ rows, failures, strict }),
  stacks: assembly.stacks.length,
  resources: assembly.stacks.reduce((sum, { resources }) => sum + resources.length, 0),
  findings: rows.filter(({ verdict }) => verdict === 'non-compliant').length,
  notEvaluated: rows.filter(({ verdict }) => verdict === 'error').length,
  why: failures,
});

const NOTHING = { stacks: 0, resources: 0, findings: 0, notEvaluated: 0 };

async function evaluateOne(application: Application, from: string | undefined): Promise<Outcome> {
  const begin = Date.now();
  let outcome: Told;
  try {
    outcome = await evaluate(
      {
        stage: 'prod',
        templates: path.join(fetchedRepository(application, from), application.folder),
        today: new Date().toISOString().slice(0, 10),
        progress: silentProgress,
      },
      (evaluation) => Promise.resolve(told(evaluation)),
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
    const outcome = await evaluateOne(application, values.from);
    outcomes.push(outcome);
    const { code, stacks, resources, findings, notEvaluated, seconds, why } = outcome;
    console.log(
      `${code === 2 ? '✗' : '✓'} ${application.name}: exit code ${code}, ${stacks} stacks, ${resources} resources, ${findings} findings, ${notEvaluated} not evaluated (${seconds} s)`,
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
