import * as z from 'zod';
import { BOUNDS } from './bounds';

/**
 * A client's endpoint as the configuration has it. The address itself is the workflow's: no function needs it. The
 * revision is that of address and confirmation, so that a disabled endpoint works again when somebody changes either.
 */
export const webhookEndpointsSchema = z.record(z.string(), z.object({ revision: z.string() }));
export type WebhookEndpoints = z.infer<typeof webhookEndpointsSchema>;

/** How an endpoint fares; all times are epoch milliseconds. */
export interface EndpointHealth {
  readonly revision: string;
  /** Of the first failure after its last success. */
  readonly failingSince?: number | undefined;
  readonly disabledAt?: number | undefined;
  readonly disabledFor?: 'gone' | 'failing' | undefined;
}

/** What became of one attempt. `gone`: the receiver answered 410, which asks for no more (Standard Webhooks). */
export type AttemptOutcome = 'told' | 'gone' | 'failed';

const HOUR = 3_600_000;

const STATUS_ERROR = /^States\.Http\.StatusCode\.(\d{3})$/;

/**
 * Reads an attempt as the HTTP Task tells of it: its status, or the name of its error. Only 2xx is success; a redirect is
 * none (Standard Webhooks, "Verifying webhook authenticity" and "Deliverability and reliability").
 * https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html
 */
export function attemptOutcome({
  status,
  error,
}: {
  status?: number | undefined;
  error?: string | undefined;
}): AttemptOutcome {
  const code = status ?? Number(STATUS_ERROR.exec(error ?? '')?.[1] ?? Number.NaN);
  if (code >= 200 && code < 300 && error === undefined) return 'told';
  return code === 410 ? 'gone' : 'failed';
}

/** One success shows that an endpoint works; it fails when nothing of what was sent at once got through. */
export function healthAfter(
  health: EndpointHealth,
  outcomes: readonly AttemptOutcome[],
  now: number,
): EndpointHealth {
  const { revision } = health;
  if (outcomes.length === 0) return health;
  if (outcomes.includes('gone')) return { revision, disabledAt: now, disabledFor: 'gone' };
  if (outcomes.includes('told')) return { revision };
  const failingSince = health.failingSince ?? now;
  return now - failingSince >= BOUNDS.webhookFailingHours * HOUR
    ? { revision, failingSince, disabledAt: now, disabledFor: 'failing' }
    : { revision, failingSince };
}

/** Pauses after an attempt, in seconds: the first of Standard Webhooks' own schedule, and together a day. */
const PAUSES = [60, 300, 1800, 7200, 18_000, 36_000, 23_040] as const;

/** Until the attempt after this many, in seconds; undefined when there is none. */
export const pauseAfter = (attempts: number): number | undefined => PAUSES[attempts - 1];
