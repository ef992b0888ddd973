import { type MetricFilterOptions, FilterPattern } from 'aws-cdk-lib/aws-logs';
import { Unit } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmDefinition, MetricDefinition } from './alarm-definition';

/** A count of lines of logs: the metric that filters write, and an alarm watches. It has no dimensions. */
export interface LineCount {
  readonly namespace: string;
  readonly name: string;
}

/**
 * What a metric filter is given, its log group and name aside: each line that the pattern matches counts 1, in a unit
 * that is named, so that an alarm can ask for that unit alone.
 * @param pattern in CloudWatch Logs' pattern language, at most 1,024 characters:
 *   https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export const countLines = (
  { namespace, name }: LineCount,
  pattern: string,
): Pick<
  MetricFilterOptions,
  'filterPattern' | 'metricNamespace' | 'metricName' | 'metricValue' | 'unit'
> => ({
  filterPattern: FilterPattern.literal(pattern),
  metricNamespace: namespace,
  metricName: name,
  metricValue: '1',
  unit: Unit.COUNT,
});

/**
 * When an alarm over counted lines goes off, such that no added sample keeps it quiet. Whoever may write lines to any
 * log of the account can add samples to any metric there, by the embedded metric format, and a value may be negative:
 * a sum would stay below its threshold. One line is told by the maximum, which a sample only raises; more lines by
 * their sum, unless a sample below zero is among them: no line counts less than 1, so that alone is an alarm.
 * Samples of another unit are left out, since an alarm over several units is not defined.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#using-IF-expressions
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html (Unit)
 * @param threshold so many lines in a period of the alarm.
 * @throws RangeError for less than one line, or a part of one.
 */
export function atLeastLines(
  { namespace, name }: LineCount,
  threshold: number,
): Pick<AlarmDefinition, 'metric' | 'comparison' | 'threshold'> {
  if (!Number.isInteger(threshold) || threshold < 1)
    throw new RangeError(`${namespace} ${name}: ${threshold} is no number of lines to wait for.`);
  const by = (statistic: MetricDefinition['statistic']): MetricDefinition => ({
    namespace,
    name,
    dimensions: {},
    statistic,
    unit: 'Count',
  });
  return {
    metric:
      threshold === 1
        ? by('Maximum')
        : {
            expression: `IF(least < 0, ${threshold}, counted)`,
            using: { least: by('Minimum'), counted: by('Sum') },
          },
    comparison: 'at least',
    threshold,
  };
}
