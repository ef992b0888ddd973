/** An event pattern and an event, both as JSON. */
export interface MatchQuestion {
  readonly pattern: string;
  readonly event: string;
}

/** Whether it matches, or why the matcher refused the question. */
export type MatchAnswer = boolean | string;

/** Answers in the order of the questions. */
export type EventMatcher = (questions: readonly MatchQuestion[]) => readonly MatchAnswer[];
