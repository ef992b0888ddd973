import { BOUNDS } from '../domain/bounds';
import type { Clock, ThresholdSource } from '../domain/ports';
import { parseThresholds, type Thresholds } from '../domain/thresholds';

const LIFE_MILLISECONDS = BOUNDS.thresholdMemorySeconds * 1000;

/**
 * The thresholds, read again after half a minute. While a new value cannot be read or used, the last good one stays and
 * `report` is told; without one the error is thrown.
 */
export function thresholdCache(source: ThresholdSource, now: Clock, report: (error: unknown) => void) {
  let held: { value: Thresholds; until: number } | undefined;
  return async (): Promise<Thresholds> => {
    if (held !== undefined && now() < held.until) return held.value;
    try {
      held = { value: parseThresholds(await source.read()), until: now() + LIFE_MILLISECONDS };
    } catch (error) {
      if (held === undefined) throw error;
      report(error);
      held = { ...held, until: now() + LIFE_MILLISECONDS };
    }
    return held.value;
  };
}
