import { dig } from '../proofs/model/dig';
import type { Resource } from '../proofs/model/resource';

/** The metrics that an alarm looks at, by itself or in its expression, each as `namespace name`. */
export const metricsOfAlarm = (alarm: Resource): string[] =>
  [alarm.resolved(), ...alarm.list('Metrics').map((query) => dig(query, 'MetricStat', 'Metric'))]
    .filter((metric) => dig(metric, 'MetricName') !== undefined)
    .map((metric) => `${String(dig(metric, 'Namespace'))} ${String(dig(metric, 'MetricName'))}`);
