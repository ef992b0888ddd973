import {
  CATEGORY_DIMENSION,
  METRICS,
  METRICS_NAMESPACE,
  STAGE_DIMENSION,
} from '../../../lambda/domain/metrics';
import { categorySchema } from '../../../lambda/domain/category';
import type { StageConfig } from '../../config/schema';
import type { AlarmDefinition, MetricDefinition } from '../alarm-definition';

/** A metric that the functions write through their log stream. */
export const businessMetric = (
  config: StageConfig,
  name: string,
  statistic: MetricDefinition['statistic'],
  dimensions: Record<string, string> = {},
): MetricDefinition => ({
  namespace: METRICS_NAMESPACE,
  name,
  dimensions: { [STAGE_DIMENSION]: config.stage, ...dimensions },
  statistic,
});

export const classifiedAs = (config: StageConfig, category: string): MetricDefinition =>
  businessMetric(config, METRICS.picturesClassified, 'Sum', { [CATEGORY_DIMENSION]: category });

/** What the pictures themselves say about the service. */
export const businessAlarms = (config: StageConfig): AlarmDefinition[] => {
  const categories = Object.fromEntries(
    categorySchema.options.map((category) => [category, classifiedAs(config, category)]),
  );
  const all = categorySchema.options.map((category) => `FILL(${category}, 0)`).join(' + ');
  return [
    {
      id: 'uncertain-share',
      severity: 'medium',
      owner: 'operations',
      why: 'Reviewers get more than two of five pictures: thresholds, the model or the pictures changed.',
      response:
        'Compare ModelVersion and thresholds on recent records with older ones; set the parameter back if it was changed.',
      metric: {
        expression: `IF((${all}) > 50, 100 * FILL(uncertain, 0) / (${all}), 0)`,
        using: categories,
      },
      comparison: 'above',
      threshold: 40,
      unit: 'percent',
      periodSeconds: 3600,
      evaluationPeriods: 1,
      missingData: 'notBreaching',
    },
    {
      id: 'pictures-failed',
      severity: 'high',
      owner: 'operations',
      why: 'Pictures ended as failed: not their fault, retries exhausted.',
      response: 'Read FailureReason on the records with status failed; redrive when the cause is gone.',
      metric: businessMetric(config, METRICS.picturesFailed, 'Sum'),
      comparison: 'above',
      threshold: 0,
      unit: 'pictures',
      periodSeconds: 300,
      evaluationPeriods: 1,
      missingData: 'notBreaching',
    },
    {
      id: 'thresholds-unusable',
      severity: 'high',
      owner: 'operations',
      why: 'The parameter of the decision thresholds cannot be read or is not valid; the last good values stay in force.',
      response: 'Look at the parameter’s history and set the values of the configuration again.',
      metric: businessMetric(config, METRICS.thresholdsUnusable, 'Sum'),
      comparison: 'above',
      threshold: 0,
      unit: 'readings',
      periodSeconds: 300,
      evaluationPeriods: 1,
      missingData: 'notBreaching',
    },
    {
      id: 'decision-slow',
      severity: 'medium',
      owner: 'operations',
      why: 'Half of the pictures wait longer than ten minutes for their decision.',
      response:
        'See the queue’s depth and Rekognition’s throttles: the burst is larger than the quota drains.',
      metric: businessMetric(config, METRICS.secondsToDecision, 'p50'),
      comparison: 'above',
      threshold: 600,
      unit: 'seconds',
      periodSeconds: 300,
      evaluationPeriods: 3,
      missingData: 'notBreaching',
    },
  ];
};
