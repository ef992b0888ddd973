import type { ReviewRules } from '../domain/review';
import type { ExpiryOutcome } from '../domain/review-record';

/** The rules as both functions of the reviews have them in their environment. */
export const reviewRules = (environment: {
  readonly REVIEW_PEOPLE: Readonly<Record<string, number>>;
  readonly REVIEW_EXPIRE_DAYS: number;
  readonly REVIEW_ON_EXPIRY: ExpiryOutcome;
}): ReviewRules => ({
  people: environment.REVIEW_PEOPLE,
  expireAfterDays: environment.REVIEW_EXPIRE_DAYS,
  onExpiry: environment.REVIEW_ON_EXPIRY,
});
