import type { Telemetry } from '../runtime/telemetry';
import { type SweepReviewsPorts, sweepReviews } from '../steps/sweep-reviews';

export interface SettleReviewsDependencies {
  readonly ports: Omit<SweepReviewsPorts, 'report'>;
  readonly telemetry: Telemetry;
}

/** What the schedule starts; see `sweepReviews`. Its measures are also the sign that it ran. */
export const settleReviewsHandler =
  ({ ports, telemetry }: SettleReviewsDependencies) =>
  async (): Promise<void> => {
    const report = (imageId: string, error: unknown) =>
      telemetry.error('review not settled', error, { imageId });
    const { oldestSeconds, failed, ...counts } = await sweepReviews({ ...ports, report });
    telemetry.measure('oldestReviewSeconds', oldestSeconds);
    telemetry.measure('reviewsUnsettled', failed);
    telemetry.info('swept', { ...counts, failed });
  };
