import type { DetectionRecord } from './detection-record';
import { candidateViews, labelView } from './image-view';
import {
  peopleFor,
  reviewDeadline,
  type ReviewRules,
  type ReviewState,
  reviewVersion,
  waitingSince,
} from './review';
import type { ReviewDecisionAnswer, ReviewSummary, ReviewView } from './review-schemas';

const progress = (record: DetectionRecord, rules: ReviewRules) => ({
  Decisions: record.ReviewVotes?.length ?? 0,
  DecisionsNeeded: peopleFor(rules, record),
});

const outcome = ({ ReviewDecision }: DetectionRecord) =>
  ReviewDecision && { Outcome: ReviewDecision.outcome };

/** A review as a list shows it; what others decided is not told, so that nobody follows them. */
export const reviewSummary = (
  record: DetectionRecord,
  state: ReviewState,
  rules: ReviewRules,
): ReviewSummary => ({
  ImageID: record.ImageID,
  State: state,
  Version: reviewVersion(record),
  WaitingSince: waitingSince(record),
  Deadline: reviewDeadline(record, rules),
  ...(record.Decision && { DecisionReason: record.Decision.reason }),
  Candidates: candidateViews(record) ?? [],
  ...progress(record, rules),
});

/** All that a person needs to decide. */
export const reviewView = (
  record: DetectionRecord,
  state: ReviewState,
  rules: ReviewRules,
  picture: ReviewView['Picture'],
): ReviewView => ({
  ...reviewSummary(record, state, rules),
  Labels: (record.TopLabels ?? []).map(labelView),
  ImageFormat: record.ImageFormat,
  ...(record.Width !== undefined && { Width: record.Width }),
  ...(record.Height !== undefined && { Height: record.Height }),
  ...outcome(record),
  ...(picture && { Picture: picture }),
});

/** What a decision did. */
export const reviewDecisionAnswer = (
  record: DetectionRecord,
  state: ReviewState,
  rules: ReviewRules,
): ReviewDecisionAnswer => ({
  ImageID: record.ImageID,
  State: state,
  ...progress(record, rules),
  ...outcome(record),
});
