import type { STSClientConfig } from '@aws-sdk/client-sts';
import type { StageConfig } from '../../lib/config/schema';
import type { Names } from '../../lib/names';
import { whyNotAnswered } from '../../tools/aws/why-not-answered';

/**
 * What a check found. `ready`: nothing to do. `action-needed`: the account lacks something, `next` says how to fix it.
 * `not-checked`: the question could not be asked; `next` names the missing permission or the fault.
 */
export interface Outcome {
  readonly state: 'ready' | 'action-needed' | 'not-checked';
  readonly found: string;
  readonly next?: string;
}

/** Where and as whom; left out, both come from the environment, as for the AWS CLI. */
export type Connection = Pick<STSClientConfig, 'endpoint' | 'credentials' | 'requestHandler' | 'maxAttempts'>;

/** A region that a stage is about to use, with the configuration of what stands there. */
export interface CheckContext {
  readonly config: StageConfig;
  readonly names: Names;
  readonly connection?: Connection;
}

/** One read-only question to a region of the account. */
export interface Check<Context extends Pick<CheckContext, 'names' | 'connection'> = CheckContext> {
  readonly title: string;
  /** The IAM actions of its calls. */
  readonly permissions: readonly string[];
  run(context: Context): Promise<Outcome[]>;
}

/** A region that does not answer must not hold up the others. */
const PATIENCE = { connectionTimeout: 5_000, requestTimeout: 15_000, throwOnRequestTimeout: true };

/** Settings of a client of any service for the region of a context. */
export const clientSettings = ({
  names,
  connection,
}: Pick<CheckContext, 'names' | 'connection'>): Connection & { region: string } => ({
  region: names.region,
  requestHandler: PATIENCE,
  ...connection,
});

export const ready = (found: string): Outcome => ({ state: 'ready', found });
export const actionNeeded = (found: string, next: string): Outcome => ({
  state: 'action-needed',
  found,
  next,
});
export const notChecked = (found: string, next: string): Outcome => ({ state: 'not-checked', found, next });

/** Runs a check; a refusal or a fault becomes an outcome that says what is missing, never an end of the whole run. */
export async function runCheck<Context extends Pick<CheckContext, 'names' | 'connection'>>(
  check: Check<Context>,
  context: Context,
): Promise<Outcome[]> {
  try {
    return await check.run(context);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { found, next } = whyNotAnswered(error, check.permissions);
    return [notChecked(found, next)];
  }
}
