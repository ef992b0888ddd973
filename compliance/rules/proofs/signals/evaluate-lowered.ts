import type { Resource } from '../model/resource';
import type { TemplateSet } from '../model/template-set';
import type { ProofRows } from '../proof-rows';
import { type LineMetric, lineMetrics } from '../model/line-metrics';
import { SIGNAL_RULES } from './rules';
import { type Watch, type WatchedMetric, watchOf } from './watched-metrics';

/** The one form in which a sum is not lowered: `IF(least < 0, 20, counted)`. */
const UNLESS_BELOW_ZERO = /^IF\(\s*(\w+)\s*<\s*0\s*,\s*(\d+)\s*,\s*(\w+)\s*\)$/;

const keyOf = ({ namespace, name }: WatchedMetric): string => `${namespace} ${name}`;

/** Whether a value of the metric, or of the expression, lets the alarm go off. */
function goesOffAt(alarm: Resource, value: number): boolean {
  const threshold = Number(alarm.property('Threshold'));
  switch (alarm.optionalText('ComparisonOperator')) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold;
    case 'GreaterThanThreshold':
      return value > threshold;
    default:
      return false;
  }
}

/** How samples that somebody adds keep an alarm over counted lines from going off. */
function quietedBy(alarm: Resource, { expression, metrics }: Watch): string[] {
  const [first] = metrics;
  if (expression === undefined)
    return first?.statistic !== 'Maximum'
      ? [
          `a sample below zero lowers its ${first?.statistic ?? 'statistic'}: one line is told by the Maximum, more by IF(least < 0, N, counted)`,
        ]
      : goesOffAt(alarm, 1)
        ? []
        : ['a line counts 1, and the maximum of any number of lines does not reach its threshold'];
  const [, least, instead, counted] = UNLESS_BELOW_ZERO.exec(expression) ?? [];
  const statisticOf = (id: string | undefined) => metrics.find((metric) => metric.id === id)?.statistic;
  const inForm =
    metrics.length === 2 &&
    new Set(metrics.map(keyOf)).size === 1 &&
    statisticOf(least) === 'Minimum' &&
    statisticOf(counted) === 'Sum';
  if (!inForm)
    return [`a sample may lower ${expression}: IF(least < 0, N, counted) of Minimum and Sum is not lowered`];
  return goesOffAt(alarm, Number(instead))
    ? []
    : [`with a sample below zero it takes the value ${instead ?? ''}, at which it does not go off`];
}

function lineProblems(metric: WatchedMetric, { values, units }: LineMetric): string[] {
  const [unit] = units;
  return [
    ...[...values]
      .filter((value) => value !== '1')
      .map((value) => `a filter adds ${value} for a line of ${keyOf(metric)}, not 1`),
    ...(units.size === 1 && metric.unit === unit
      ? []
      : [
          `it looks at ${metric.unit ?? 'every unit'} of ${keyOf(metric)}, whose filters write ${[...units].join(' and ')}: what it does with samples of several units is not defined`,
        ]),
  ];
}

/**
 * Every alarm over what metric filters count. Whoever may write a line to any log of the account may add samples to the
 * same metric, below zero, too, or of another unit: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
 */
export function evaluateLowered(rows: ProofRows, set: TemplateSet): void {
  for (const alarm of set.resources('AWS::CloudWatch::Alarm')) {
    rows.remembered(SIGNAL_RULES.lowered, alarm, evaluateLowered, (own) => {
      const counted = lineMetrics(set);
      const watch = watchOf(alarm);
      const known = watch.metrics.flatMap((metric) => {
        const lines = counted.get(keyOf(metric));
        return lines === undefined ? [] : [lineProblems(metric, lines)];
      });
      if (known.length === 0) return;
      own.evaluate(
        SIGNAL_RULES.lowered,
        alarm,
        [...new Set([...quietedBy(alarm, watch), ...known.flat()])],
        'a line that matches sets it off, whatever samples are added',
      );
    });
  }
}
