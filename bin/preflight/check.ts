import type { StageConfig } from '../../lib/config/schema';
import type { Names } from '../../lib/names';

/**
 * What a check found. `ready`: nothing to do. `action-needed`: the account lacks something, `next` says how to mend it.
 * `not-checked`: the question could not be asked; `next` names the missing permission or the fault.
 */
export interface Outcome {
  readonly state: 'ready' | 'action-needed' | 'not-checked';
  readonly found: string;
  readonly next?: string;
}

export interface CheckContext {
  readonly config: StageConfig;
  readonly names: Names;
}

/** One read-only question to the account. */
export interface Check {
  readonly id: string;
  readonly title: string;
  /** The IAM action it needs, named when it is refused. */
  readonly permission: string;
  run(context: CheckContext): Promise<Outcome[]>;
}

export const ready = (found: string): Outcome => ({ state: 'ready', found });
export const actionNeeded = (found: string, next: string): Outcome => ({
  state: 'action-needed',
  found,
  next,
});
export const notChecked = (found: string, next: string): Outcome => ({ state: 'not-checked', found, next });

const DENIED = /^(AccessDenied|UnauthorizedOperation|AuthorizationError|NotAuthorized)/;

/** Runs a check; a refusal or a fault becomes an outcome that says what is missing, never an end of the whole run. */
export async function runCheck(check: Check, context: CheckContext): Promise<Outcome[]> {
  try {
    return await check.run(context);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return DENIED.test(error.name)
      ? [
          notChecked(
            'the caller may not ask',
            `Allow ${check.permission} to the role that runs this, and run it again.`,
          ),
        ]
      : [
          notChecked(
            `${error.name}: ${error.message}`,
            `Look at the fault; the check needs ${check.permission}.`,
          ),
        ];
  }
}
