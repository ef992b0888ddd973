import { BOUNDS } from '../domain/bounds';
import type { Clock, UploadCounter } from '../domain/ports';
import { ProblemError } from '../domain/problems';
import { toTimestamp } from '../domain/time';

const HOUR_SECONDS = 60 * 60;

export interface UploadBound {
  readonly counter: UploadCounter;
  readonly clock: Clock;
  /** Client id → uploads within an hour, from its plan. */
  readonly picturesPerHour: Readonly<Record<string, number>>;
}

/**
 * Counts an upload before anything is done for it: good, faulty and repeated ones alike, since each costs. API Gateway's
 * own quotas are targets and no ceilings, and bound days; this one is exact, and what one client can have done within an
 * hour is known beforehand.
 * @throws ProblemError `quota-exceeded`, its detail with the seconds until the next hour; `unknown-client` for one without a plan
 */
export async function boundUploads(
  { counter, clock, picturesPerHour }: UploadBound,
  clientId: string,
): Promise<void> {
  const most = picturesPerHour[clientId];
  if (most === undefined) throw new ProblemError('unknown-client');
  const now = Math.floor(clock() / 1000);
  const left = HOUR_SECONDS - (now % HOUR_SECONDS);
  const hour = toTimestamp(now * 1000).slice(0, 'YYYY-MM-DDTHH'.length);
  // Kept for one hour more: whoever reads a client's numbers sees the last full hour.
  const isWithin = await counter.count({ clientId, hour, most, expiresAt: now + left + HOUR_SECONDS });
  if (isWithin) return;
  throw new ProblemError('quota-exceeded', {
    detail: `${most} uploads an hour; the next hour begins in ${left} seconds`,
    retryAfterSeconds: Math.min(left, BOUNDS.quotaRetryAfterSeconds),
  });
}
