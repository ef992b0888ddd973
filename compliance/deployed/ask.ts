import { isError } from '../../tools/aws/why-not-answered';
import type { AnyReadCall, Place } from '../../tools/aws/read-call';
import type { Ask } from './aspect';

/** A check asked what it does not declare, so that its permission would not be in the reader's policy. */
export class UndeclaredCallError extends Error {
  override readonly name = 'UndeclaredCallError';
}

const MOST_AT_ONCE = 8;

/** Lets so many run at a time, in the order in which they came. */
function gate(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
}

/**
 * Asks one region: the same question once, whoever has it, and few at a time.
 * @param told - hears the name of each question that is really put.
 */
export function asker(
  place: Place,
  told: (name: string) => void = () => undefined,
): (calls: readonly AnyReadCall[]) => Ask {
  const answers = new Map<string, Promise<unknown>>();
  const inTurn = gate(MOST_AT_ONCE);
  return (calls) =>
    <I, O>(call: { name: string; send: (place: Place, input: I) => Promise<O> }, input: I): Promise<O> => {
      if (!calls.some(({ name }) => name === call.name))
        return Promise.reject(new UndeclaredCallError(`${call.name} is not declared`));
      const key = `${call.name} ${JSON.stringify(input)}`;
      let answer = answers.get(key) as Promise<O> | undefined;
      if (answer === undefined) {
        told(call.name);
        answer = inTurn(() => call.send(place, input));
        answers.set(key, answer);
      }
      return answer;
    };
}

/** The answer, or undefined where the service says that there is none by an error of such a name. */
export async function undefinedWhenMissing<T>(
  answer: Promise<T>,
  ...names: string[]
): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isError(error, ...names)) return undefined;
    throw error;
  }
}

/** Where an answer of IAM goes on, which tells it in two parts. */
export const marker = (page: {
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}): string | undefined => (page.IsTruncated === true ? page.Marker : undefined);

/**
 * All items of a list that comes in pages.
 * @param page - asks for one, by the token of the one before.
 */
export async function allPages<P, T>(
  page: (token: string | undefined) => Promise<P>,
  items: (page: P) => readonly T[] | undefined,
  next: (page: P) => string | undefined,
): Promise<T[]> {
  const all: T[] = [];
  let token: string | undefined;
  do {
    const answer = await page(token);
    all.push(...(items(answer) ?? []));
    token = next(answer);
  } while (token !== undefined && token !== '');
  return all;
}
