import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { formatTable } from '../../../tools/terminal/table';
import { whyNotAnswered } from '../../../tools/aws/why-not-answered';
import type { ContactResults } from '../../../compliance/rules/contracts/measured';
import {
  type AccountContext,
  type ContactContext,
  type Exercise,
  otherwise,
  notShown,
  type Seen,
  type TrailMark,
} from './exercise';
import { EXERCISES, LEFT_OUT } from './exercises';
import { findEvent } from './trail-reading';
import { shortened } from '../../../lambda/domain/cut-text';

type Result = ContactResults['results'][number];

/** Tells what would be done, and what it costs. */
export function describePlan(
  { print, config, embedded }: Pick<ContactContext, 'print' | 'config' | 'embedded'>,
  exercises: readonly Exercise[] = EXERCISES,
): void {
  print(`First contact of stage ${config.stage}, account ${config.account}. It will, one after the other:`);
  for (const exercise of exercises) {
    const { id, does, cost, leaves } = exercise;
    const why = beyond({ embedded }, exercise);
    print(
      `  ${id}: ${does} (${cost})${leaves === undefined ? '' : `; leaves ${leaves}`}${why === undefined ? '' : `; cannot be shown here: ${why}`}`,
    );
  }
  print(
    'It takes away what it makes, and first what a run that was ended in its middle has left; --clean-up does that alone. It does not show:',
  );
  for (const [what, why] of Object.entries(LEFT_OUT)) print(`  ${what}: ${why}`);
}

const say = (error: unknown): string =>
  error instanceof Error ? whyNotAnswered(error, []).found : String(error);

/**
 * Takes away whatever exercises have left, of this run or of one that was ended in its middle, and tells each thing.
 * @returns what could not be taken away, with why; empty when nothing is left.
 */
export async function cleanUp(
  context: AccountContext,
  exercises: readonly Exercise[] = EXERCISES,
): Promise<string[]> {
  const left: string[] = [];
  for (const exercise of exercises) {
    if (exercise.cleanUp === undefined || beyond(context, exercise) !== undefined) continue;
    try {
      for (const what of await exercise.cleanUp(toItsEnd(context)))
        context.print(`${exercise.id}: took away ${what}`);
    } catch (error) {
      left.push(`${exercise.id}: ${say(error)}`);
      context.print(`${exercise.id}: NOT CLEANED UP: ${say(error)}`);
    }
  }
  return left;
}

/** Why it is not tried here, so that it leaves nothing either. */
const beyond = (
  { embedded }: Pick<ContactContext, 'embedded'>,
  { needsAws }: Exercise,
): string | undefined => (embedded ? needsAws : undefined);

/** Taking away is not ended by what ends the run. */
const toItsEnd = <C extends AccountContext>(context: C): C => ({ ...context, ended: undefined });

/**
 * What is made is waited for when somebody ends the run, so that it can be taken away; what makes nothing is not.
 * @throws AbortError when somebody ends the run
 */
async function run(exercise: Exercise, context: ContactContext): Promise<Seen & { mark?: TrailMark }> {
  const { ended } = context;
  const running = exercise.run(context);
  if (ended === undefined || exercise.cleanUp !== undefined) return running;
  const over = new AbortController();
  try {
    await Promise.race([running, once(ended, 'abort', { signal: over.signal })]);
    ended.throwIfAborted();
    return await running;
  } finally {
    over.abort();
  }
}

/** A fault of one exercise is what was seen of it, never the end of the others. */
async function exerciseOne(
  exercise: Exercise,
  context: ContactContext,
): Promise<Seen & { mark?: TrailMark; eventId?: string }> {
  const why = beyond(context, exercise);
  if (why !== undefined) return notShown(why);
  let seen: Seen & { mark?: TrailMark; eventId?: string };
  try {
    seen = await run(exercise, context);
  } catch (error) {
    seen = otherwise(say(error));
  }
  try {
    await exercise.cleanUp?.(toItsEnd(context));
  } catch (error) {
    seen = otherwise(`${seen.seen}; NOT CLEANED UP: ${say(error)}`);
  }
  return seen;
}

const WIDTH = 60;
const short = (text: string): string => (text.length > WIDTH ? shortened(text, WIDTH - 1) : text);

/**
 * Exercises every edge once, tells what was expected and seen, and by which event of CloudTrail it can be found again.
 * @param file - where the results go, for `npm run compliance -- measured FILE`
 * @returns whether nothing was otherwise than expected
 * @throws AbortError when somebody ends the run; the exercise that ran has ended by then, and none is begun after it
 */
export async function firstContact(
  context: ContactContext,
  file: string | undefined,
  exercises: readonly Exercise[] = EXERCISES,
): Promise<boolean> {
  const { print, config, names, now, embedded } = context;
  const begun = now();
  const results: Result[] = [];
  const before = await cleanUp(context, exercises);
  if (before.length > 0)
    print(
      'What an earlier run left is there still; what stands above may come otherwise than expected for it.',
    );
  for (const exercise of exercises) {
    context.ended?.throwIfAborted();
    const since = now();
    const seen = await exerciseOne(exercise, context);
    print(`${exercise.id}: ${seen.outcome}: ${seen.seen}`);
    const mark = seen.mark ?? (seen.outcome === 'not shown' ? undefined : exercise.mark);
    results.push({
      id: exercise.id,
      edge: exercise.edge,
      contracts: [...exercise.contracts],
      expected: exercise.expected,
      outcome: seen.outcome,
      seen: seen.seen,
      at: since.toISOString(),
      ...(seen.eventId !== undefined && { eventId: seen.eventId }),
      ...(mark !== undefined && { mark: { ...mark } }),
    });
  }
  for (const [what, why] of Object.entries(LEFT_OUT))
    results.push({
      id: `left-out: ${what}`,
      edge: what,
      contracts: [],
      expected: 'is not exercised',
      outcome: 'not shown',
      seen: why,
      at: now().toISOString(),
    });
  context.ended?.throwIfAborted();
  // At the end, because CloudTrail tells of a call some minutes after it.
  for (const result of results) {
    const { mark, eventId, at } = result;
    if (mark === undefined || eventId !== undefined) continue;
    const found = await findEvent(
      context,
      mark.name,
      mark.holds === undefined ? [] : [mark.holds],
      new Date(Date.parse(at) - 60_000),
    );
    if (found !== undefined) result.eventId = found.id;
  }
  print('');
  print(
    formatTable(
      ['Edge', 'Expected', 'Seen', 'CloudTrail event'],
      results.map(({ id, expected, outcome, seen, eventId }) => [
        id,
        short(expected),
        `${outcome}: ${short(seen)}`,
        eventId ?? (outcome === 'not shown' ? '' : 'none found'),
      ]),
      WIDTH + 16,
    ).join('\n'),
  );
  const count = (outcome: Seen['outcome']): number =>
    results.filter((each) => each.outcome === outcome).length;
  print(
    `${count('as expected')} as expected, ${count('otherwise')} otherwise, ${count('not shown')} not shown${embedded ? ' here' : ''}.`,
  );
  if (file !== undefined) {
    const content: ContactResults = {
      stage: config.stage,
      account: config.account,
      region: names.region,
      embedded,
      begun: begun.toISOString(),
      ended: now().toISOString(),
      results,
    };
    writeFileSync(file, `${JSON.stringify(content, undefined, 1)}\n`);
    print(`Results: ${file}. npm run compliance -- measured ${file} writes them into the contracts.`);
  }
  return count('otherwise') === 0;
}
