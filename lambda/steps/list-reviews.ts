import type { ReviewLog } from '../domain/ports';
import { reviewState } from '../domain/review';
import type { ReviewList, ReviewListQuery } from '../domain/review-schemas';
import { reviewSummary } from '../domain/review-view';
import type { ReviewPorts } from './review-ports';
import { openCursor, signCursor } from './signed-cursors';
import type { SigningKeys } from './signing-keys';

export interface ListReviewsPorts extends Pick<ReviewPorts, 'clock' | 'rules'> {
  readonly reviews: Pick<ReviewLog, 'waiting'>;
  readonly signingKeys: SigningKeys;
}

/** No client can be called so: a cursor of this list opens no client's list, and none of theirs this one. */
const BINDING = { clientId: '#reviews' };

/**
 * One page of what waits for people, the longest first, whoever its client is.
 * @throws ProblemError `invalid-cursor`
 */
export async function listReviews(
  { reviews, signingKeys, clock, rules }: ListReviewsPorts,
  { limit, cursor }: ReviewListQuery,
): Promise<ReviewList> {
  const startKey = cursor === undefined ? undefined : await openCursor(signingKeys, cursor, BINDING);
  const page = await reviews.waiting({ limit, startKey });
  const items = page.records.flatMap((record) => {
    const state = reviewState(record, rules, clock());
    return state === 'waiting' ? [reviewSummary(record, state, rules)] : [];
  });
  if (page.lastKey === undefined) return { items };
  return { items, cursor: await signCursor(signingKeys, page.lastKey, BINDING) };
}
