import type { AwsState } from '../../support/in-memory-aws';
import type { PortCall } from '../../support/in-memory-system';
import type { Answer } from './programs';

/** A fault of the program under test, planted between its steps and the world. */
export interface Mutant {
  /** Swaps two steps: this call is made only after the next call named `until`, and is answered at once. */
  readonly putOff?: (call: PortCall) => { readonly until: string; readonly answer: unknown } | undefined;
  /** Makes a call in another way; undefined for calls that it leaves alone. */
  readonly replace?: (
    call: PortCall,
    run: () => Promise<unknown>,
    state: AwsState,
  ) => Promise<unknown> | undefined;
  /** What intake hears of an execution. */
  readonly workflowAnswer?: (answer: Answer) => Answer;
  /** The message is deleted whatever became of it. */
  readonly consumesEverything?: boolean;
}

export const NO_MUTANT: Mutant = {};
