import { createHash } from 'node:crypto';
import type { Animal } from './choose-category';
import type { Decision, DetectionRecord } from './detection-record';
import type { ProblemCode } from './problems';
import type { ExpiryOutcome, PersonOutcome, ReviewDecision, ReviewVote } from './review-record';
import { toTimestamp } from './time';

/** How a review goes, by configuration. */
export interface ReviewRules {
  /** Client → people who must agree on its pictures; one for a client that is not named. */
  readonly people: Readonly<Record<string, number>>;
  /** After so many days nobody decides any more. */
  readonly expireAfterDays: number;
  /** What becomes of a picture then: it is an `other`, or it `stays` uncertain. */
  readonly onExpiry: ExpiryOutcome;
}

export const peopleFor = ({ people }: ReviewRules, { ClientID }: DetectionRecord): number =>
  people[ClientID] ?? 1;

/** `waiting`: for a person. `decided`: by people. `expired`: by nobody, in time. */
export type ReviewState = 'waiting' | 'decided' | 'expired';

/** Since when the picture waits; records from before reviews were kept began when they were completed. */
export const waitingSince = ({ ReviewSince, CompletedAt, Timestamp }: DetectionRecord): string =>
  ReviewSince ?? CompletedAt ?? Timestamp;

const DAY_MILLISECONDS = 86_400_000;

/** Until when people decide; `2025-08-04T11:42:00Z`. */
export const reviewDeadline = (record: DetectionRecord, { expireAfterDays }: ReviewRules): string =>
  toTimestamp(Date.parse(waitingSince(record)) + expireAfterDays * DAY_MILLISECONDS);

/** What began to wait at or before this time is over now. */
export const expiredSince = (now: number, { expireAfterDays }: ReviewRules): string =>
  toTimestamp(now - expireAfterDays * DAY_MILLISECONDS);

/** The state of a record's review; undefined for a picture that no person was asked about. */
export function reviewState(
  record: DetectionRecord,
  rules: ReviewRules,
  now: number,
): ReviewState | undefined {
  if (record.ReviewDecision !== undefined)
    return record.ReviewDecision.decidedBy === 'people' ? 'decided' : 'expired';
  if (record.ProcessingStatus !== 'completed' || record.DetectedAnimal !== 'uncertain') return undefined;
  return waitingSince(record) <= expiredSince(now, rules) ? 'expired' : 'waiting';
}

/** Counts what is written of a review, so that nobody decides on what has changed under them. */
export const reviewVersion = ({ ReviewVersion }: DetectionRecord): number => ReviewVersion ?? 1;

/**
 * An opaque id of a person: the same for the same session name, which the role's trust ties to one person, and not to be
 * read back from it. Whoever may read who took the role (the audit trail) can compute it, nobody else needs to.
 * @param principal the caller as API Gateway names it: `ROLE-ID:SESSION-NAME`, or a user's id
 */
export function reviewerId(principal: string): string {
  const name = principal.slice(principal.indexOf(':') + 1);
  return createHash('sha256')
    .update(JSON.stringify(['serverlessapp-reviewer', name]))
    .digest('hex')
    .slice(0, 32);
}

export interface Ballot extends Pick<ReviewVote, 'reviewer' | 'outcome' | 'reason'> {
  /** Of the review that the person saw. */
  readonly version: number;
}

/** `counted`: to be written. `repeated`: was written before. `refused`: nothing changes. */
export type Evaluation =
  | { readonly kind: 'counted'; readonly votes: readonly ReviewVote[]; readonly decision?: ReviewDecision }
  | { readonly kind: 'repeated' }
  | { readonly kind: 'refused'; readonly code: ProblemCode };

const refused = (code: ProblemCode): Evaluation => ({ kind: 'refused', code });

/** The outcome that so many people agree on. */
function agreed(votes: readonly ReviewVote[], people: number): PersonOutcome | undefined {
  const counts = new Map<PersonOutcome, number>();
  for (const { outcome } of votes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts].find(([, count]) => count >= people)?.[0];
}

/**
 * What a person's decision does to a review. The same decision again is a repeat, whatever came after it; each person
 * decides once; the last person who is needed for an outcome ends the review.
 */
export function evaluateBallot(
  record: DetectionRecord,
  { version, ...ballot }: Ballot,
  rules: ReviewRules,
  now: number,
): Evaluation {
  const state = reviewState(record, rules, now);
  if (state === undefined) return refused('not-found');
  const before = record.ReviewVotes ?? [];
  const own = before.find(({ reviewer }) => reviewer === ballot.reviewer);
  if (own?.outcome === ballot.outcome && own.reason === ballot.reason) return { kind: 'repeated' };
  if (state !== 'waiting') return refused(`review-${state}`);
  if (own !== undefined) return refused('review-own-decision');
  if (version !== reviewVersion(record)) return refused('review-outdated');
  const at = toTimestamp(now);
  const votes = [...before, { ...ballot, at }];
  const outcome = agreed(votes, peopleFor(rules, record));
  return outcome === undefined
    ? { kind: 'counted', votes }
    : { kind: 'counted', votes, decision: { outcome, decidedBy: 'people', at } };
}

/** The decision that time makes; undefined while people still may. */
export function expiryDecision(
  record: DetectionRecord,
  rules: ReviewRules,
  now: number,
): ReviewDecision | undefined {
  if (record.ReviewDecision !== undefined || reviewState(record, rules, now) !== 'expired') return undefined;
  const outcome = rules.onExpiry === 'other' ? 'other' : 'undecided';
  return { outcome, decidedBy: 'expiry', at: toTimestamp(now) };
}

/** The animal that the model thought likelier; undefined when it favoured neither. */
export const modelFavours = ({
  catScore,
  dogScore,
}: Pick<Decision, 'catScore' | 'dogScore'>): Animal | undefined =>
  catScore === dogScore ? undefined : catScore > dogScore ? 'cat' : 'dog';
