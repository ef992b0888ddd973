import type { Clock, DetectionLog, ErasureLedger } from '../domain/ports';
import { ProblemError } from '../domain/problems';
import { type ReviewRules, type ReviewState, reviewState } from '../domain/review';
import type { DetectionRecord } from '../domain/detection-record';

export interface ReviewPorts {
  readonly log: Pick<DetectionLog, 'get'>;
  readonly ledger: Pick<ErasureLedger, 'has'>;
  readonly clock: Clock;
  readonly rules: ReviewRules;
}

/**
 * The record of a picture that people were asked about, and where its review stands.
 * @throws ProblemError `image-erased`, or `not-found` for every other picture, known or not
 */
export async function reviewedRecord(
  { log, ledger, clock, rules }: ReviewPorts,
  imageId: string,
): Promise<{ record: DetectionRecord; state: ReviewState }> {
  const record = await log.get(imageId);
  if (record === undefined)
    throw new ProblemError((await ledger.has(imageId)) ? 'image-erased' : 'not-found');
  const state = reviewState(record, rules, clock());
  if (state === undefined) throw new ProblemError('not-found');
  return { record, state };
}
