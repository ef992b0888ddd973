import type { components } from './schema.ts';

export type Problem = components['schemas']['Problem'];

/** The API refused a request, for good or for longer than the client's patience. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** What the API says of it (RFC 9457); undefined when something before the API answered. */
  readonly problem: Problem | undefined;

  /** @param retryAfterSeconds when the API lets the request be tried again; undefined when it does not say */
  constructor(
    readonly status: number,
    text: string,
    readonly retryAfterSeconds: number | undefined,
  ) {
    const problem = problemOf(text);
    super(
      problem === undefined
        ? `The API answered ${status}.`
        : `${status} ${problem.title}: ${problem.detail ?? ''}`,
    );
    this.problem = problem;
  }

  /** Stable, unlike texts: tell errors apart by it. */
  get code(): string | undefined {
    return this.problem?.code;
  }
}

function problemOf(text: string): Problem | undefined {
  try {
    const value = JSON.parse(text) as Partial<Problem> | null;
    return typeof value?.code === 'string' && typeof value.title === 'string'
      ? (value as Problem)
      : undefined;
  } catch {
    return undefined;
  }
}

/** What was waited for did not happen within the time given. */
export class PatienceExhaustedError extends Error {
  override readonly name = 'PatienceExhaustedError';
}
