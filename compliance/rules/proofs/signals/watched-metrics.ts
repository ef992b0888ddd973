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

/**
 * What the widgets of a dashboard draw; expressions over them are left out.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 *
 * @throws ModelError for a body that is no JSON, and for metrics that are written by reference to those before (`.`).
 */
export function drawnMetrics(dashboard: Resource): readonly WatchedMetric[] {
  let body: unknown;
  try {
    body = JSON.parse(dashboard.text('DashboardBody'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ModelError('malformed-value', dashboard.path, 'DashboardBody is no JSON');
  }
  return listOf(dig(body, 'widgets')).flatMap((widget) =>
    listOf(dig(widget, 'properties', 'metrics'))
      .map((row) => listOf(row))
      .filter((row) => typeof row[0] === 'string')
      .map((row) => drawn(dashboard, row, dig(widget, 'properties', 'stat'))),
  );
}

function drawn(dashboard: Resource, row: readonly unknown[], widgetStatistic: unknown): WatchedMetric {
  const texts = row.filter((part) => typeof part === 'string');
  const [namespace = '', name = '', ...pairs] = texts;
  if (name === '' || texts.some((part) => /^\.+$/.test(part)) || pairs.length % 2 !== 0)
    throw new ModelError('malformed-value', dashboard.path, `cannot read the metric ${JSON.stringify(row)}`);
  const options = row.find((part) => typeof part === 'object');
  return {
    namespace,
    name,
    dimensions: Object.fromEntries(
      pairs.flatMap((part, at) => (at % 2 === 0 ? [[part, pairs[at + 1] ?? ''] as const] : [])),
    ),
    statistic: text(dig(options, 'stat') ?? widgetStatistic ?? 'Average', dashboard, 'the statistic'),
  };
}
