import { METRICS } from '../../../lambda/domain/metrics';
import type { StageConfig } from '../../config/schema';
import type { AlarmDefinition } from '../alarm-definition';
import { businessMetric } from './business-alarms';

const DAY_SECONDS = 86_400;

/** What the run that settles reviews says of them, and that it runs. */
export const reviewAlarms = (config: StageConfig): AlarmDefinition[] => {
  const { expireAfterDays, warnBeforeDays } = config.review;
  return [
    {
      id: 'review-waits-long',
      severity: 'medium',
      owner: 'operations',
      why: 'A picture waits for a person and its time will soon be over: then nobody decides it any more.',
      response:
        'Tell the reviewers how many wait (GET /reviews) and until when; if there are more than people can decide, compare the thresholds with the agreement of people and model on the business dashboard.',
      metric: businessMetric(config, METRICS.oldestReviewSeconds, 'Maximum'),
      comparison: 'above',
      threshold: (expireAfterDays - warnBeforeDays) * DAY_SECONDS,
      unit: 'seconds',
      periodSeconds: 3600,
      evaluationPeriods: 1,
      missingData: 'notBreaching',
    },
    {
      id: 'reviews-not-settled',
      severity: 'high',
      owner: 'operations',
      why: 'A picture that people decided cannot be brought to its place, or the next run would have done it.',
      response:
        'The log of settle-reviews names picture and error; the decision is on record and each run tries again, so fix the cause.',
      metric: businessMetric(config, METRICS.reviewsUnsettled, 'Sum'),
      comparison: 'above',
      threshold: 0,
      unit: 'pictures',
      periodSeconds: 300,
      evaluationPeriods: 3,
      missingData: 'notBreaching',
    },
    {
      id: 'reviews-not-run',
      severity: 'high',
      owner: 'operations',
      why: 'The run that settles reviews does not run, or does not end: decided pictures stay where they are, and no time runs out.',
      response:
        'Look at the errors and throttles of settle-reviews and at the failure queue; the rule that starts it must be on.',
      metric: {
        expression: 'FILL(runs, 0)',
        using: { runs: businessMetric(config, METRICS.reviewsUnsettled, 'SampleCount') },
      },
      comparison: 'below',
      threshold: 1,
      unit: 'runs',
      periodSeconds: 300,
      evaluationPeriods: 3,
      missingData: 'notBreaching',
    },
  ];
};
