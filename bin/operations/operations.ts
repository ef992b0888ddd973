import type { OperationsContext } from './context';
import { reconcile } from './reconcile';
import { redrive } from './redrive';
import { replayErasures } from './replay-erasures';
import { printStuck } from './stuck';

export interface Operation {
  readonly summary: string;
  /** Whose role may do it; see SECURITY.md. */
  readonly role: 'operator' | 'data steward' | 'developer, dev only';
  /** Whether --yes changes something. */
  readonly changes: boolean;
  /** @returns false when something is left for a person. */
  readonly run: (context: OperationsContext) => Promise<boolean>;
}

export const OPERATIONS = {
  redrive: {
    summary: 'give the pictures of the dead-letter queue back to intake',
    role: 'operator',
    changes: true,
    run: async (context) => {
      const count = await redrive(context);
      context.print(`${count} messages ${context.confirmed ? 'moved' : 'would be moved'}.`);
      return true;
    },
  },
  stuck: {
    summary: 'list pictures that nobody works on and that are not finished',
    role: 'operator',
    changes: false,
    run: async (context) => (await printStuck(context)) === 0,
  },
  'replay-erasures': {
    summary: 'after a restore: erase again what the erasure ledger names',
    role: 'data steward',
    changes: true,
    run: async (context) => {
      await replayErasures(context);
      return true;
    },
  },
  reconcile: {
    summary: 'compare bucket and table; repair what is safe to repair',
    role: 'data steward',
    changes: true,
    run: async (context) => (await reconcile(context)) === 0,
  },
} as const satisfies Record<string, Operation>;
