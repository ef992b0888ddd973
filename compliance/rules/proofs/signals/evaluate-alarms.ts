import { STAGE_NAMES } from '../../../../lib/config/schema';
import { dig } from '../model/dig';
import type { Resource } from '../model/resource';
import type { TemplateSet } from '../model/template-set';
import type { ProofRows } from '../proof-rows';
import { EMITTED_METRICS, type EmittedMetric } from './emitted-metrics';
import { type LineMetric, lineMetrics } from '../model/line-metrics';
import { SIGNAL_RULES } from './rules';
import { drawnMetrics, type Watch, type WatchedMetric, watchOf } from './watched-metrics';

const keyOf = (dimensions: Readonly<Record<string, string>>): string =>
  Object.keys(dimensions).sort().join(', ');

type Known = Pick<EmittedMetric, 'dimensions' | 'statistics' | 'sent' | 'region'> & { readonly unit: string };
/** Of what filters write: a line is one event, so the largest sample tells that there was one, and the least whether all are lines. */
const ofFilters = ({ units }: LineMetric): Known => ({
  dimensions: [[]],
  statistics: ['Sum', 'SampleCount', 'Minimum', 'Maximum'],
  unit: [...units].join(' and '),
  sent: 'unless zero',
});

type Lookup = (metric: WatchedMetric) => Known | undefined;

const knownMetrics =
  (set: TemplateSet): Lookup =>
  ({ namespace, name }) => {
    const counted = lineMetrics(set).get(`${namespace} ${name}`);
    return counted === undefined
      ? EMITTED_METRICS.find((entry) => entry.namespace === namespace && entry.metrics.includes(name))
      : ofFilters(counted);
  };

/** What the values of a dimension are the names of. */
interface Named {
  readonly types: readonly string[];
  readonly name: (resource: Resource, set: TemplateSet) => string;
}
const byProperty = (type: string, property: string): Named => ({
  types: [type],
  name: (r) => r.optionalText(property) ?? r.path,
});
const byReference = (...types: readonly string[]): Named => ({ types, name: (r, set) => set.refOf(r) });
const NAMED: Readonly<Record<string, Named>> = {
  QueueName: byProperty('AWS::SQS::Queue', 'QueueName'),
  FunctionName: byReference('AWS::Lambda::Function'),
  TableName: byReference('AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table'),
  TopicName: byProperty('AWS::SNS::Topic', 'TopicName'),
  StateMachineArn: byReference('AWS::StepFunctions::StateMachine'),
  ApiName: byProperty('AWS::ApiGateway::RestApi', 'Name'),
  Stage: byProperty('AWS::ApiGateway::Stage', 'StageName'),
  // Not the list's own name: https://docs.aws.amazon.com/waf/latest/developerguide/waf-metrics.html
  WebACL: {
    types: ['AWS::WAFv2::WebACL'],
    name: (r) => String(dig(r.property('VisibilityConfig'), 'MetricName')),
  },
  RuleName: byProperty('AWS::Events::Rule', 'Name'),
  ScheduleGroup: byProperty('AWS::Scheduler::ScheduleGroup', 'Name'),
};
/** Values that AWS or our code gives a dimension that names no resource. */
const VALUES: Readonly<Record<string, RegExp>> = {
  Rule: /^ALL$/,
  Operation: /^DetectLabels$/,
  Currency: /^USD$/,
  category: /^(cat|dog|other|uncertain)$/,
  stage: new RegExp(`^(${STAGE_NAMES.join('|')})$`),
};

function nameProblems(
  set: TemplateSet,
  alarm: Resource,
  dimensions: Readonly<Record<string, string>>,
): string[] {
  return Object.entries(dimensions).flatMap(([name, value]) => {
    const named = NAMED[name];
    if (named) {
      const names = set.remember(named, `${alarm.account} ${alarm.region}`, () =>
        set
          .resources(...named.types)
          .filter(({ region, account }) => region === alarm.region && account === alarm.account)
          .map((resource) => named.name(resource, set)),
      );
      return names.includes(value) ? [] : [`nothing in ${alarm.region} is called ${value}, as ${name} says`];
    }
    if (name === 'Region') return value === alarm.region ? [] : [`it watches ${value}, not its own region`];
    const values = VALUES[name];
    return values === undefined || values.test(value) ? [] : [`${name} is never ${value}`];
  });
}

const isPercentile = (statistic: string): boolean => /^p\d/.test(statistic);

function metricProblems(set: TemplateSet, lookup: Lookup, alarm: Resource, metric: WatchedMetric): string[] {
  const known = lookup(metric);
  const called = `${metric.namespace} ${metric.name}`;
  if (!known) return [`no list has the metric ${called}`];
  const exact = known.dimensions.some((names) => names.join(', ') === keyOf(metric.dimensions));
  const statistic = isPercentile(metric.statistic) ? 'percentile' : metric.statistic;
  return [
    ...(known.region === undefined || known.region === alarm.region
      ? []
      : [`${called} is in ${known.region} only, not in ${alarm.region}`]),
    ...(exact
      ? nameProblems(set, alarm, metric.dimensions)
      : [
          `${called} is not sent by [${keyOf(metric.dimensions)}], only by ${known.dimensions.map((names) => `[${names.join(', ')}]`).join(' or ')}`,
        ]),
    ...((known.statistics as readonly string[]).includes(statistic)
      ? []
      : [`${metric.statistic} says nothing of ${called}; ${known.statistics.join(', ')} do`]),
    ...(metric.unit === undefined || metric.unit === known.unit
      ? []
      : [`${called} is in ${known.unit}, not in ${metric.unit}`]),
  ];
}

const dimensionsOf = ({ dimensions }: WatchedMetric): string =>
  Object.entries(dimensions)
    .map((pair) => pair.join(' '))
    .sort()
    .join(', ');

/** A metric that is not always sent, and may leave the expression without a value. */
const isFilled = (expression: string, id: string): boolean => {
  const uses = [...expression.matchAll(new RegExp(`(?<![\\w.])${id}(?!\\w)`, 'g'))];
  return uses.length > 0 && uses.every(({ index }) => /FILL\(\s*$/.test(expression.slice(0, index)));
};

function missingProblems(lookup: Lookup, alarm: Resource, { metrics, expression }: Watch): string[] {
  const treats = alarm.optionalText('TreatMissingData') ?? 'missing';
  // What is sent while a resource is used comes with all else that is sent of the same; so do two statistics of one metric.
  const isMissingBesideOthers = (metric: WatchedMetric): boolean =>
    metrics.some(
      (other) =>
        other.namespace !== metric.namespace ||
        dimensionsOf(other) !== dimensionsOf(metric) ||
        (other.name !== metric.name && lookup(metric)?.sent !== 'while used'),
    );
  const unfilled = metrics.filter(
    (metric) =>
      expression !== undefined &&
      metrics.length > 1 &&
      isMissingBesideOthers(metric) &&
      !isFilled(expression, metric.id ?? ''),
  );
  // What is told by too little of a metric is told by silence; everything else is quiet then.
  // An expression that fills in zeros has a value then, and says so by itself.
  const tellsSilence =
    expression === undefined && alarm.optionalText('ComparisonOperator')?.startsWith('LessThan') === true;
  const right = tellsSilence ? 'breaching' : 'notBreaching';
  return [
    ...(treats === right
      ? []
      : [
          tellsSilence
            ? `missing data is treated as ${treats}: silence is what it is there to tell, and would not alarm`
            : `missing data is treated as ${treats}: silence is the rule, and would ${treats === 'breaching' ? 'alarm' : 'keep the last state'}`,
        ]),
    ...unfilled.map((metric) => {
      const when = lookup(metric)?.sent === 'while used' ? 'while it is used' : 'when not zero';
      return `${metric.name} (${metric.id ?? ''}) is sent only ${when} and stands without FILL`;
    }),
  ];
}

/** The metrics of every alarm, and of every dashboard, against the list of those that are sent. */
export function evaluateAlarms(rows: ProofRows, set: TemplateSet): void {
  const lookup = knownMetrics(set);
  for (const alarm of set.resources('AWS::CloudWatch::Alarm')) {
    rows.remembered(SIGNAL_RULES.metric, alarm, evaluateAlarms, (own) => {
      const watch = watchOf(alarm);
      const problems = watch.metrics.flatMap((metric) => metricProblems(set, lookup, alarm, metric));
      const names = watch.metrics.map(({ namespace, name }) => `${namespace} ${name}`);
      own.evaluate(
        SIGNAL_RULES.metric,
        alarm,
        [...new Set(problems)],
        `${[...new Set(names)].join(', ')} is sent so`,
      );
      own.evaluate(
        SIGNAL_RULES.missing,
        alarm,
        missingProblems(lookup, alarm, watch),
        'silence is read as it is meant, and no value is missing in the expression',
      );
    });
  }
  for (const dashboard of set.resources('AWS::CloudWatch::Dashboard')) {
    rows.remembered(SIGNAL_RULES.drawn, dashboard, evaluateAlarms, (own) => {
      const metrics = drawnMetrics(dashboard);
      own.evaluate(
        SIGNAL_RULES.drawn,
        dashboard,
        [...new Set(metrics.flatMap((metric) => metricProblems(set, lookup, dashboard, metric)))],
        `${metrics.length} metrics are sent so`,
      );
    });
  }
}
