import { dig } from './dig';
import type { TemplateSet } from './template-set';

/** What metric filters write into one metric: without dimensions, and only when a line matches. */
export interface LineMetric {
  /** What each filter adds for a line, as its template says. */
  readonly values: ReadonlySet<string>;
  /** `None` where a filter names no unit. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html */
  readonly units: ReadonlySet<string>;
}

/** Metrics that filters in the templates write, by `namespace name`. */
export const lineMetrics = (set: TemplateSet): ReadonlyMap<string, LineMetric> =>
  set.remember(readLineMetrics, 'all', () => readLineMetrics(set));

function readLineMetrics(set: TemplateSet): ReadonlyMap<string, LineMetric> {
  const found = new Map<string, { values: Set<string>; units: Set<string> }>();
  for (const filter of set.resources('AWS::Logs::MetricFilter'))
    for (const transformation of filter.list('MetricTransformations')) {
      const key = `${String(dig(transformation, 'MetricNamespace'))} ${String(dig(transformation, 'MetricName'))}`;
      const metric = found.get(key) ?? { values: new Set(), units: new Set() };
      found.set(key, metric);
      metric.values.add(String(dig(transformation, 'MetricValue')));
      const unit = dig(transformation, 'Unit');
      metric.units.add(typeof unit === 'string' ? unit : 'None');
    }
  return found;
}
