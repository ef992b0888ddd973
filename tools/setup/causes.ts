import causes from './causes.json';

/** What went wrong in words, and the step that fixes it. */
export interface Cause {
  readonly cause: string;
  readonly remedy: string;
}

/** What the words of npm, pip, uv or the system come from; undefined for what nobody foresaw. */
export const causeOf = (message: string): Cause | undefined =>
  causes.find(({ pattern }) => new RegExp(pattern, 'i').test(message));
