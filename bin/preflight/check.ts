import type { STSClientConfig } from '@aws-sdk/client-sts';
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

/** Where and as whom; left out, both come from the environment, as for the AWS CLI. */
export type Connection = Pick<STSClientConfig, 'endpoint' | 'credentials' | 'requestHandler' | 'maxAttempts'>;

/** A region that a stage is about to use, with the configuration of what stands there. */
export interface CheckContext {
  readonly config: StageConfig;
  readonly names: Names;
  readonly connection?: Connection;
}

/** One read-only question to a region of the account. */
export interface Check {
  readonly title: string;
  /** The IAM actions of its calls. */
  readonly permissions: readonly string[];
  run(context: CheckContext): Promise<Outcome[]>;
}

/** A region that does not answer must not hold up the others. */
const PATIENCE = { connectionTimeout: 5_000, requestTimeout: 15_000, throwOnRequestTimeout: true };

/** Settings of a client of any service for the region of a context. */
export const clientSettings = ({ names, connection }: CheckContext): Connection & { region: string } => ({
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

/** Whether an error is one of those, as the service names them. */
export const isError = (error: unknown, ...names: string[]): boolean =>
  error instanceof Error && names.some((name) => error.name === name || error.name === `${name}Exception`);

const DENIED = /^(AccessDenied|UnauthorizedOperation|AuthorizationError|NotAuthorized)/;
const THROTTLED = /^(Throttl|TooManyRequests|RequestLimitExceeded)/;
/** Services say which action was refused, mostly. */
const REFUSED_ACTION = /to perform:? (?:this operation.*perform:? )?([a-z0-9-]+:[A-Za-z]+)/s;

function refused(error: Error, check: Check): Outcome {
  const permission = REFUSED_ACTION.exec(error.message)?.[1] ?? check.permissions.join(', ');
  return /service control policy/i.test(error.message)
    ? notChecked(
        `a service control policy refuses ${permission}`,
        `Have the organisation allow ${permission} in this account, and run it again.`,
      )
    : notChecked(
        `the caller may not ask (${permission})`,
        `Allow ${permission} to the role that runs this, and run it again.`,
      );
}

/** Runs a check; a refusal or a fault becomes an outcome that says what is missing, never an end of the whole run. */
export async function runCheck(check: Check, context: CheckContext): Promise<Outcome[]> {
  try {
    return await check.run(context);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (DENIED.test(error.name)) return [refused(error, check)];
    if (THROTTLED.test(error.name))
      return [notChecked(`the service throttled the question (${error.name})`, 'Run it again in a minute.')];
    const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
    const status = $metadata?.httpStatusCode === undefined ? '' : `, HTTP ${$metadata.httpStatusCode}`;
    return [
      notChecked(
        `${error.name}: ${error.message}${status}`,
        `Look at the fault; the check needs ${check.permissions.join(', ')}.`,
      ),
    ];
  }
}
