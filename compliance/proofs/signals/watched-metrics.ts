import { dig, listOf } from '../model/dig';
import { ModelError } from '../model/errors';
import type { Resource } from '../model/resource';

/** A metric as an alarm watches it. */
export interface WatchedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: string;
  readonly unit?: string;
  /** Its letter in the alarm's expression; none where the alarm watches it directly. */
  readonly id?: string;
}

/** What an alarm watches, and by which expression. */
export interface Watch {
  readonly metrics: readonly WatchedMetric[];
  readonly expression?: string;
}

const text = (value: unknown, resource: Resource, what: string): string => {
  if (typeof value !== 'string')
    throw new ModelError('malformed-value', resource.path, `${what} is not a text`);
  return value;
};

function metric(
  resource: Resource,
  described: unknown,
  statistic: unknown,
  rest: { unit?: unknown; id?: string },
): WatchedMetric {
  const { unit, id } = rest;
  return {
    namespace: text(dig(described, 'Namespace'), resource, 'Namespace'),
    name: text(dig(described, 'MetricName'), resource, 'MetricName'),
    dimensions: Object.fromEntries(
      listOf(dig(described, 'Dimensions')).map((dimension) => [
        text(dig(dimension, 'Name'), resource, 'the name of a dimension'),
        text(dig(dimension, 'Value'), resource, 'the value of a dimension'),
      ]),
    ),
    statistic: text(statistic, resource, 'the statistic'),
    ...(typeof unit === 'string' && { unit }),
    ...(id !== undefined && { id }),
  };
}

/** @throws ModelError for an alarm that names its metrics in a way that is not known here. */
export function watchOf(alarm: Resource): Watch {
  const all = alarm.resolved();
  if (!alarm.has('Metrics'))
    return {
      metrics: [metric(alarm, all, all['Statistic'] ?? all['ExtendedStatistic'], { unit: all['Unit'] })],
    };
  const queries = alarm.list('Metrics');
  const expressions = queries
    .map((query) => dig(query, 'Expression'))
    .filter((one) => typeof one === 'string');
  const [expression] = expressions;
  if (expressions.length !== 1 || expression === undefined)
    throw new ModelError('malformed-value', alarm.path, 'it computes no single expression');
  return {
    expression,
    metrics: queries
      .filter((query) => dig(query, 'MetricStat') !== undefined)
      .map((query) =>
        metric(alarm, dig(query, 'MetricStat', 'Metric'), dig(query, 'MetricStat', 'Stat'), {
          unit: dig(query, 'MetricStat', 'Unit'),
          id: text(dig(query, 'Id'), alarm, 'the id of a metric'),
        }),
      ),
  };
}
