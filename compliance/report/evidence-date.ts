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
