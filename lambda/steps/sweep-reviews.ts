import { BOUNDS } from '../domain/bounds';
import type { ReviewLog, UnsettledPage, WaitingQuery } from '../domain/ports';
import {
  expiredSince,
  expiryDecision,
  type ReviewRules,
  reviewVersion,
  waitingSince,
} from '../domain/review';
import { settleReview, type SettleReviewPorts } from './settle-review';

export interface SweepReviewsPorts extends SettleReviewPorts {
  readonly reviews: ReviewLog;
  readonly rules: ReviewRules;
  /** Told of each review that could not be settled; the next run tries again. */
  readonly report: (imageId: string, error: unknown) => void;
}

export interface SweptReviews {
  readonly settled: number;
  readonly expired: number;
  readonly failed: number;
  /** Of the picture that waits longest; 0 when none does. */
  readonly oldestSeconds: number;
}

/** Writes the decision of time; false when a person or an erasure was first. */
async function expire({ log, reviews, rules, clock }: SweepReviewsPorts, imageId: string): Promise<boolean> {
  const record = await log.get(imageId);
  const decision = record && expiryDecision(record, rules, clock());
  if (record === undefined || decision === undefined) return false;
  const written = await reviews.write(imageId, reviewVersion(record), {
    since: waitingSince(record),
    votes: record.ReviewVotes ?? [],
    decision,
  });
  return written.applied;
}

/**
 * One run: ends reviews whose time is over, settles those that are decided, and tells how long the oldest has waited. One
 * that fails holds up none of the others. Runs must not overlap: a copy is found again by its mark only while nobody else
 * takes the mark away.
 */
export async function sweepReviews(ports: SweepReviewsPorts): Promise<SweptReviews> {
  const { reviews, clock, rules } = ports;
  const begin = clock();
  const isOver = () => clock() - begin > BOUNDS.reviewSweepSeconds * 1000;
  let failed = 0;
  const each = async (
    pages: (startKey: UnsettledPage['lastKey']) => Promise<UnsettledPage>,
    act: (imageId: string) => Promise<boolean>,
  ): Promise<number> => {
    let count = 0;
    let startKey: UnsettledPage['lastKey'];
    do {
      const page = await pages(startKey);
      for (const imageId of page.imageIds) {
        if (isOver()) return count;
        try {
          if (await act(imageId)) count += 1;
        } catch (error) {
          failed += 1;
          ports.report(imageId, error);
        }
      }
      startKey = page.lastKey;
    } while (startKey !== undefined);
    return count;
  };
  // A picture with a mark is among the decided ones, too.
  const tried = new Set<string>();
  const settleOne = async (imageId: string): Promise<boolean> => {
    if (tried.has(imageId)) return false;
    tried.add(imageId);
    await settleReview(ports, imageId);
    return true;
  };
  const waiting = async (query: WaitingQuery): Promise<UnsettledPage> => {
    const { records, lastKey } = await reviews.waiting(query);
    return { imageIds: records.map(({ ImageID }) => ImageID), ...(lastKey && { lastKey }) };
  };
  const until = expiredSince(begin, rules);
  const settled =
    (await each((startKey) => reviews.unsettled('settling', startKey), settleOne)) +
    (await each((startKey) => reviews.unsettled('decided', startKey), settleOne));
  const expired = await each(
    (startKey) => waiting({ until, limit: BOUNDS.reviewPageItems, startKey }),
    (imageId) => expire(ports, imageId),
  );
  const [oldest] = (await reviews.waiting({ limit: 1 })).records;
  const oldestSeconds = oldest ? Math.max(0, (begin - Date.parse(waitingSince(oldest))) / 1000) : 0;
  return { settled, expired, failed, oldestSeconds };
}
