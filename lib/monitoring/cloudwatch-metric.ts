import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricDefinition, MetricExpression } from './alarm-definition';

const plain = (
  { namespace, name, dimensions, statistic, unit }: MetricDefinition,
  period: Duration,
): Metric =>
  new Metric({
    namespace,
    metricName: name,
    dimensionsMap: { ...dimensions },
    statistic,
    period,
    ...(unit === undefined ? {} : { unit: Unit.COUNT }),
  });

/** The catalogue's metric as CDK's. */
export function cloudWatchMetric(
  definition: MetricDefinition | MetricExpression,
  period: Duration,
  label?: string,
): IMetric {
  if ('namespace' in definition)
    return label === undefined ? plain(definition, period) : plain(definition, period).with({ label });
  return new MathExpression({
    expression: definition.expression,
    usingMetrics: Object.fromEntries(
      Object.entries(definition.using).map(([letter, metric]) => [letter, plain(metric, period)]),
    ),
    period,
    ...(label === undefined ? {} : { label }),
  });
}

export const FIVE_MINUTES = Duration.minutes(5);
