import type { StageConfig } from '../../../lib/config/schema';
import type { Names } from '../../../lib/names';
import type { ApiClient } from '../../../tools/client/api-client';
import type { Connection } from '../context';

/** What an exercise works with. */
export interface ContactContext {
  readonly config: StageConfig;
  readonly names: Names;
  /** A client of the public API, with a key that works. */
  readonly api: ApiClient;
  readonly connection: Connection;
  readonly print: (line: string) => void;
  readonly now: () => Date;
  /** Whether it is the embedded AWS that answers: what cannot be shown there is said, not tried. */
  readonly embedded: boolean;
  /** Longest wait for something that happens by itself. */
  readonly patienceMilliseconds: number;
  readonly pollMilliseconds: number;
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
  /** Takes away what `run` made, whatever became of it. */
  readonly cleanUp?: (context: ContactContext) => Promise<void>;
}

export const asExpected = (seen: string): Seen => ({ outcome: 'as expected', seen });
export const otherwise = (seen: string): Seen => ({ outcome: 'otherwise', seen });
export const notShown = (seen: string): Seen => ({ outcome: 'not shown', seen });
export const judged = (right: boolean, seen: string): Seen => (right ? asExpected(seen) : otherwise(seen));

/** Settings of an SDK client for a context. */
export const settingsOf = ({ names, connection }: ContactContext) => ({
  region: names.region,
  ...connection,
});

/** Asks until there is an answer, at most as long as the context has patience. */
export async function eventually<T>(
  { patienceMilliseconds, pollMilliseconds, now }: ContactContext,
  ask: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const deadline = now().getTime() + patienceMilliseconds;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined || now().getTime() >= deadline) return answer;
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
  }
}
