import { ApiError, PatienceExhaustedError } from './errors.ts';

export interface PatientFetchOptions {
  readonly fetch: typeof fetch;
  readonly patienceSeconds: number;
  /** Milliseconds; replaced in tests. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly now: () => number;
}

/** What passes by itself: too many requests, or a fault of the service or of a network between. */
const isPassing = (status: number): boolean => status === 429 || status >= 500;

const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 5000;

/** Seconds that Retry-After asks for, from a number or a date (RFC 9110 section 10.2.3); undefined when it says nothing. */
export function retryAfterSeconds(headers: Headers, now: number): number | undefined {
  const value = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}

/**
 * Sends a request that may be sent again without harm until it is answered for good: no sooner than Retry-After says, with
 * growing pauses besides, and not all clients at once.
 * @throws ApiError for what is not 2xx, PatienceExhaustedError when no answer came in time
 */
export async function patientFetch(
  { fetch, patienceSeconds, sleep, now }: PatientFetchOptions,
  url: string,
  init: RequestInit,
): Promise<Response> {
  const deadline = now() + patienceSeconds * 1000;
  for (let attempt = 0; ; attempt += 1) {
    const left = Math.max(1, Math.ceil(deadline - now()));
    const outcome = await fetch(url, { ...init, signal: AbortSignal.timeout(left) }).catch(
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    );
    const isAnswer = outcome instanceof Response;
    if (isAnswer && outcome.ok) return outcome;
    const asked = isAnswer ? retryAfterSeconds(outcome.headers, now()) : undefined;
    const backoff = Math.random() * Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** attempt);
    const pause = (asked ?? 0) * 1000 + backoff;
    const isInTime = now() + pause < deadline;
    if (isAnswer && !(isPassing(outcome.status) && isInTime))
      throw new ApiError(outcome.status, await outcome.text(), asked);
    if (!isAnswer && !isInTime)
      throw new PatienceExhaustedError(`No answer within ${patienceSeconds} s.`, { cause: outcome });
    if (isAnswer) await outcome.body?.cancel();
    await sleep(pause);
  }
}
