import { setTimeout as delay } from 'node:timers/promises';
import type { StageConfig } from '../../../lib/config/schema';
import type { Names } from '../../../lib/names';
import type { ApiClient } from '../../../tools/client/api-client';
import { isError } from '../../../tools/aws/why-not-answered';
import type { Connection } from '../context';

/** What is enough to clean up with. */
export interface AccountContext {
  readonly config: StageConfig;
  readonly names: Names;
  readonly connection: Connection;
  readonly print: (line: string) => void;
  readonly now: () => Date;
  /** Whether it is the embedded AWS that answers: what cannot be shown there is said, not tried. */
  readonly embedded: boolean;
  /** Longest wait for something that happens by itself. */
  readonly patienceMilliseconds: number;
  readonly pollMilliseconds: number;
  /** Aborted when somebody ends the run: every wait ends with it, and nothing further is begun. */
  readonly ended?: AbortSignal | undefined;
}

/** What an exercise works with. */
export interface ContactContext extends AccountContext {
  /** A client of the public API, with a key that works. */
  readonly api: ApiClient;
}

/** What was seen. `not shown`: the question could not be put here, for the reason that is given. */
export interface Seen {
  readonly outcome: 'as expected' | 'otherwise' | 'not shown';
  readonly seen: string;
}

/** By which event of CloudTrail an exercise can be found again. */
export interface TrailMark {
  /** Name of the call. */
  readonly name: string;
  /** Text that the event holds, so that it is not another call of that name. */
  readonly holds?: string;
}

/** One edge between services, or one way to somebody who is to be alerted, exercised once. */
export interface Exercise {
  readonly id: string;
  /** From where to where, for the table. */
  readonly edge: string;
  /** Contracts that it measures, by their ids in `policies/contracts`. */
  readonly contracts: readonly string[];
  readonly expected: string;
  /** What it does, told before anything is done. */
  readonly does: string;
  /** What it costs, told before anything is done. */
  readonly cost: string;
  /** Why the embedded AWS cannot show it. */
  readonly needsAws?: string;
  readonly mark?: TrailMark;
  /** @returns what was seen, and by what to find it in the trail when that is known only now. */
  readonly run: (context: ContactContext) => Promise<Seen & { readonly mark?: TrailMark }>;
  /**
   * Takes away what `run` made, whatever became of it, by names that are the same in every run: a run that was ended in its
   * middle is cleaned up after by the next. Tells what it took away.
   */
  readonly cleanUp?: (context: AccountContext) => Promise<readonly string[]>;
  /** What stays all the same, and until when. */
  readonly leaves?: string;
}

const asExpected = (seen: string): Seen => ({ outcome: 'as expected', seen });
export const otherwise = (seen: string): Seen => ({ outcome: 'otherwise', seen });
export const notShown = (seen: string): Seen => ({ outcome: 'not shown', seen });
export const evaluated = (right: boolean, seen: string): Seen => (right ? asExpected(seen) : otherwise(seen));

/** Settings of an SDK client for a context. */
export const settingsOf = ({ names, connection }: AccountContext) => ({
  region: names.region,
  ...connection,
});

/**
 * Waits.
 * @throws AbortError when somebody ends the run
 */
export const pause = ({ ended }: Pick<AccountContext, 'ended'>, milliseconds: number): Promise<void> =>
  delay(milliseconds, undefined, ended && { signal: ended });

/**
 * Asks until there is an answer, at most as long as the context has patience.
 * @throws AbortError when somebody ends the run
 */
export async function eventually<T>(
  context: Pick<ContactContext, 'patienceMilliseconds' | 'pollMilliseconds' | 'now' | 'ended'>,
  ask: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const { patienceMilliseconds, pollMilliseconds, now } = context;
  const deadline = now().getTime() + patienceMilliseconds;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined || now().getTime() >= deadline) return answer;
    await pause(context, pollMilliseconds);
  }
}

/** What was taken away: nothing where it was not there, by an error of such a name. */
export async function takenAway(
  what: string,
  taking: () => Promise<unknown>,
  ...missing: readonly string[]
): Promise<string[]> {
  try {
    await taking();
    return [what];
  } catch (error) {
    if (isError(error, 'ResourceNotFound', ...missing)) return [];
    throw error;
  }
}
