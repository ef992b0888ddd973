import type { Catch } from './catchers';

/** What became of one mutant: who caught it, in the order in which they were asked; nobody means that it survived. */
export interface Outcome {
  readonly name: string;
  readonly kind: string;
  readonly catches: readonly Catch[];
}
