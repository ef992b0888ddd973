import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { z } from 'zod';
import { GateError } from '../gate-error';
import type { EventMatcher, MatchAnswer, MatchQuestion } from '../rules/proofs/signals/event-matcher';
import { engineEnvironment } from './engine-environment';
import { endOf } from '../../lambda/domain/cut-text';

const SCRIPT = path.resolve(__dirname, 'event_matcher.py');
const answersSchema = z.array(z.union([z.boolean(), z.string()]));
const TIMEOUT_MS = 60_000;

/**
 * The embedded AWS's own matcher: somebody else's reading of what EventBridge does, which a test holds against the
 * examples of AWS's user guide. What was asked once is remembered.
 * @param python - of the environment `ministack`.
 * @throws GateError TOOL_FAILED when it does not answer.
 */
export function embeddedEventMatcher(python: string, scratch: string): EventMatcher {
  const known = new Map<string, MatchAnswer>();
  // To find a long text again takes its time; the same question is mostly the very same object.
  const answered = new WeakMap<MatchQuestion, MatchAnswer>();
  const keyOf = ({ pattern, event }: MatchQuestion): string => `${pattern}\u0000${event}`;
  return (questions) => {
    const open = questions.filter((each) => !answered.has(each));
    const asked = [...new Map(open.map((each) => [keyOf(each), each])).values()].filter(
      (each) => !known.has(keyOf(each)),
    );
    if (asked.length > 0) {
      const run = spawnSync(python, [SCRIPT], {
        input: JSON.stringify(asked),
        env: engineEnvironment(scratch, { PYTHONDONTWRITEBYTECODE: '1' }),
        encoding: 'utf8',
        timeout: TIMEOUT_MS,
        maxBuffer: 64 * 1024 * 1024,
      });
      const answers = run.status === 0 ? answersSchema.safeParse(JSON.parse(run.stdout)) : undefined;
      if (answers?.data?.length !== asked.length)
        throw new GateError(
          'TOOL_FAILED',
          `The event matcher did not answer: ${run.error?.message ?? endOf(run.stderr, 500)}`,
        );
      for (const [index, question] of asked.entries())
        known.set(keyOf(question), answers.data[index] ?? false);
    }
    for (const question of open) answered.set(question, known.get(keyOf(question)) ?? false);
    return questions.map((question) => answered.get(question) ?? false);
  };
}
