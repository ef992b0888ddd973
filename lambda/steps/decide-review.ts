import type { DetectionRecord } from '../domain/detection-record';
import type { ReviewLog } from '../domain/ports';
import { ProblemError } from '../domain/problems';
import { evaluateBallot, reviewState, reviewVersion, waitingSince } from '../domain/review';
import type { ReviewDecisionAnswer, ReviewDecisionRequest } from '../domain/review-schemas';
import { reviewDecisionAnswer } from '../domain/review-view';
import { reviewedRecord, type ReviewPorts } from './review-ports';

export interface DecideReviewPorts extends ReviewPorts {
  readonly reviews: Pick<ReviewLog, 'write'>;
}

function answerOf({ rules, clock }: ReviewPorts, record: DetectionRecord): ReviewDecisionAnswer {
  const state = reviewState(record, rules, clock());
  if (state === undefined) throw new ProblemError('not-found');
  return reviewDecisionAnswer(record, state, rules);
}

/** A write that was refused is evaluated again by what refused it; the version that was seen makes the second time the last. */
const ROUNDS = 2;

/**
 * Writes one person's decision, once. Whatever is left to do, of a review that it ends, is found by the run that settles
 * reviews: nothing here moves, deletes or tells.
 * @param reviewer opaque id
 * @throws ProblemError `not-found`, `image-erased`, `review-decided`, `review-own-decision`, `review-outdated` or `review-expired`
 */
export async function decideReview(
  ports: DecideReviewPorts,
  imageId: string,
  reviewer: string,
  { outcome, reason, version }: ReviewDecisionRequest,
): Promise<ReviewDecisionAnswer> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const { record } = await reviewedRecord(ports, imageId);
    const evaluation = evaluateBallot(
      record,
      { reviewer, outcome, reason, version },
      ports.rules,
      ports.clock(),
    );
    if (evaluation.kind === 'refused') throw new ProblemError(evaluation.code);
    if (evaluation.kind === 'repeated') return answerOf(ports, record);
    const { votes, decision } = evaluation;
    const before = reviewVersion(record);
    const written = await ports.reviews.write(imageId, before, {
      since: waitingSince(record),
      votes,
      decision,
    });
    if (written.applied)
      return answerOf(ports, {
        ...record,
        ReviewVersion: before + 1,
        ReviewVotes: [...votes],
        ...(decision && { ReviewDecision: decision }),
      });
  }
  throw new ProblemError('review-outdated');
}
