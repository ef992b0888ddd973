import { readCommitTime } from '../../tools/testing/work-tree';
import { GateError } from '../gate-error';

/**
 * The time that a pack states: SOURCE_DATE_EPOCH (seconds) where it is set, so that a pack can be made again byte for
 * byte; otherwise now. https://reproducible-builds.org/specs/source-date-epoch/
 * @throws GateError USAGE
 */
export function evidenceDate(environment: NodeJS.ProcessEnv = process.env): Date {
  const epoch = environment['SOURCE_DATE_EPOCH'];
  if (epoch === undefined || epoch === '') return new Date();
  const date = new Date(Number(epoch) * 1000);
  if (!/^\d+$/.test(epoch) || Number.isNaN(date.getTime())) {
    throw new GateError('USAGE', `SOURCE_DATE_EPOCH is "${epoch}"; it is a number of seconds since 1970.`);
  }
  return date;
}

const dayOf = (date: Date): string => date.toISOString().slice(0, 10);

/** Days by which decisions are evaluated, as YYYY-MM-DD (UTC). */
export interface Days {
  /** The clock's: an approval of a later day is none yet. */
  readonly today: string;
  /** The latest that anybody here knows of: what ended before it has ended. */
  readonly latest: string;
}

/**
 * Whoever sets a variable or a clock does not decide whether an exception still stands: of the clock, the time that the pack
 * states and the commit's, the latest counts.
 * @param clock - in a test
 */
export function evaluationDays(stated: Date, root: string, clock: Date = new Date()): Days {
  const committed = readCommitTime(root);
  const latest = Math.max(clock.getTime(), stated.getTime(), committed?.getTime() ?? 0);
  return { today: dayOf(clock), latest: dayOf(new Date(latest)) };
}
