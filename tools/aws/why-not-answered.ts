const DENIED = /^(AccessDenied|UnauthorizedOperation|AuthorizationError|NotAuthorized)/;
const THROTTLED = /^(Throttl|TooManyRequests|RequestLimitExceeded)/;
/** Services say which action was refused, mostly. */
const REFUSED_ACTION = /to perform:? (?:this operation.*perform:? )?([a-z0-9-]+:[A-Za-z]+)/s;

/** Why AWS gave no answer to a question. */
export interface NotAnswered {
  /** What was not there, in words. */
  readonly found: string;
  readonly next: string;
}

/** Whether a service was asked too much at a time. */
export const isThrottled = ({ name }: Error): boolean => THROTTLED.test(name);

/** Whether an error is one of those, as the service names them. */
export const isError = (error: unknown, ...names: string[]): boolean =>
  error instanceof Error && names.some((name) => error.name === name || error.name === `${name}Exception`);

function refused(error: Error, permissions: readonly string[]): NotAnswered {
  const permission = REFUSED_ACTION.exec(error.message)?.[1] ?? permissions.join(', ');
  return /service control policy/i.test(error.message)
    ? {
        found: `a service control policy refuses ${permission}`,
        next: `Have the organisation allow ${permission} in this account, and run it again.`,
      }
    : {
        found: `the caller may not ask (${permission})`,
        next: `Allow ${permission} to the role that runs this, and run it again.`,
      };
}

/**
 * What an error of the SDK means for who asked.
 * @param permissions - the IAM actions of the calls, for services that do not say which one was refused.
 */
export function whyNotAnswered(error: Error, permissions: readonly string[]): NotAnswered {
  if (DENIED.test(error.name)) return refused(error, permissions);
  if (isThrottled(error))
    return {
      found: `the service throttled the question (${error.name})`,
      next: 'Run it again in a minute.',
    };
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode === undefined ? '' : `, HTTP ${$metadata.httpStatusCode}`;
  return {
    found: `${error.name}: ${error.message}${status}`,
    next: `Look at the fault; the check needs ${permissions.join(', ')}.`,
  };
}
