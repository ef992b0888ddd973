import { isRecord } from '../is-record';
import { dig, listOf } from '../rules/proofs/model/dig';
import { drop, type Mutant, onResources, put, type RawStack } from './mutant';

const RULE = ['AWS::Events::Rule'];
const FILTER = ['AWS::Logs::MetricFilter'];
type Properties = Record<string, unknown>;

/** Renames the last field that a pattern asks about: `state` to `status`. */
function renameField(properties: Properties): boolean {
  const detail = dig(properties, 'EventPattern', 'detail') as Properties | undefined;
  const name = Object.keys(detail ?? {}).at(-1);
  if (!detail || name === undefined) return false;
  detail[`${name}Of`] = detail[name];
  return drop(detail, name);
}

/** One of several values that a pattern takes is gone. */
function loseValue(properties: Properties): boolean {
  const lists = Object.values((dig(properties, 'EventPattern', 'detail') as Properties | undefined) ?? {});
  const list = lists.map(listOf).find((values) => values.length > 1);
  return list?.pop() !== undefined;
}

const dimensionsOf = (properties: Properties): unknown[] => [
  ...listOf(properties['Dimensions']),
  ...listOf(properties['Metrics']).flatMap((query) =>
    listOf(dig(query, 'MetricStat', 'Metric', 'Dimensions')),
  ),
];

/** The expression of an alarm without its FILL. */
function unfill(properties: Properties): boolean {
  const query = listOf(properties['Metrics']).find((each) =>
    String(dig(each, 'Expression')).includes('FILL('),
  );
  const expression = String(dig(query, 'Expression'));
  return put(query, ['Expression'], expression.replace(/FILL\((\w+), 0\)/, '$1'));
}

/** An alarm over one line that a filter counts: of such metrics alone an alarm names the unit. */
const isOfLines = (properties: Properties): boolean =>
  properties['Statistic'] === 'Maximum' && properties['Unit'] === 'Count';

const sumOfLines = (properties: Properties): boolean =>
  isOfLines(properties) && put(properties, ['Statistic'], 'Sum');

/** The expression of an alarm over many lines. */
const unlessBelowZero = (properties: Properties): unknown =>
  listOf(properties['Metrics']).find((query) => String(dig(query, 'Expression')).startsWith('IF(least < 0,'));

/** A pattern that is one text in the template, changed. */
const inPattern =
  (change: (pattern: string) => string) =>
  (properties: Properties): boolean => {
    const pattern = properties['FilterPattern'];
    return typeof pattern === 'string' && put(properties, ['FilterPattern'], change(pattern));
  };

/** One in each stack: the alarms of a stack are much alike, and each mutant asks about everything. */
function oneOfEachStack(mutants: readonly Mutant[]): Mutant[] {
  const taken = new Set<string>();
  return mutants.filter(({ kind, stackName }) => {
    const key = `${kind} ${stackName}`;
    return !taken.has(key) && taken.add(key);
  });
}

const onAlarms = (
  stacks: readonly RawStack[],
  kind: string,
  change: (properties: Properties) => boolean,
): Mutant[] => oneOfEachStack(onResources(stacks, kind, ['AWS::CloudWatch::Alarm'], change));

/** A rule on a schedule has no pattern to lose anything from. */
function dropFromPattern(properties: Properties, field: string): boolean {
  const pattern = properties['EventPattern'];
  return isRecord(pattern) && drop(pattern, field);
}

/** Signals that would never come, and silence that would. */
export const signalMutants = (stacks: readonly RawStack[]): Mutant[] => [
  ...onResources(
    stacks,
    'graph of a metric that is not sent',
    ['AWS::CloudWatch::Dashboard'],
    (properties) => {
      const parts = listOf(dig(properties, 'DashboardBody', 'Fn::Join', 1));
      const at = parts.findIndex((part) => typeof part === 'string' && part.includes('"PicturesErased"'));
      return at >= 0 && put(parts, [at], String(parts[at]).replace('PicturesErased', 'PicturesForgotten'));
    },
  ),
  ...onResources(stacks, 'pattern off by one field', RULE, renameField),
  ...onResources(stacks, 'value no longer told', RULE, loseValue),
  ...onResources(stacks, 'detail-type renamed', RULE, (properties) =>
    put(
      properties,
      ['EventPattern', 'detail-type', 0],
      `${String(dig(properties, 'EventPattern', 'detail-type', 0))}s`,
    ),
  ),
  ...onResources(stacks, 'any source told', RULE, (properties) => dropFromPattern(properties, 'source')),
  ...onResources(stacks, 'any detail-type told', RULE, (properties) =>
    dropFromPattern(properties, 'detail-type'),
  ),
  ...onAlarms(stacks, 'dimension renamed', (properties) => {
    const [first] = dimensionsOf(properties);
    return first !== undefined && put(first, ['Name'], `${String(dig(first, 'Name'))}s`);
  }),
  ...onAlarms(stacks, 'dimension of a resource that is not there', (properties) => {
    const named = dimensionsOf(properties).find((each) =>
      ['QueueName', 'FunctionName', 'RuleName', 'TopicName', 'WebACL', 'ApiName'].includes(
        String(dig(each, 'Name')),
      ),
    );
    return named !== undefined && put(named, ['Value'], 'serverlessapp-renamed');
  }),
  ...onAlarms(
    stacks,
    'statistic that says nothing of the metric',
    (properties) => properties['Statistic'] === 'Sum' && put(properties, ['Statistic'], 'Minimum'),
  ),
  ...onAlarms(stacks, 'sum that a sample below zero lowers', sumOfLines),
  ...onAlarms(stacks, 'sum of many lines that a sample below zero lowers', (properties) => {
    const query = unlessBelowZero(properties);
    return query !== undefined && put(query, ['Expression'], 'counted');
  }),
  ...onAlarms(stacks, 'value below the threshold in place of a lowered sum', (properties) => {
    const query = unlessBelowZero(properties);
    return query !== undefined && put(query, ['Expression'], 'IF(least < 0, 1, counted)');
  }),
  ...onAlarms(
    stacks,
    'alarm over samples of every unit',
    (properties) => isOfLines(properties) && drop(properties, 'Unit'),
  ),
  ...oneOfEachStack(
    onResources(stacks, 'filter that adds what a line says in place of one', FILTER, (properties) =>
      put(properties, ['MetricTransformations', 0, 'MetricValue'], '$.value'),
    ),
  ),
  ...onAlarms(stacks, 'missing data treated wrong', (properties) =>
    put(properties, ['TreatMissingData'], 'breaching'),
  ),
  ...onAlarms(stacks, 'missing data not spoken of', (properties) => drop(properties, 'TreatMissingData')),
  ...onAlarms(stacks, 'metric that may be missing stands alone', unfill),
  ...onResources(
    stacks,
    'filter off by one field',
    FILTER,
    inPattern((pattern) => pattern.replace(/\$\.(\w+)/, '$.$1s').replace('action=', 'action=x')),
  ),
  ...onResources(
    stacks,
    'filter no longer waits for a call',
    FILTER,
    inPattern((pattern) => pattern.replace(/\(\$\.eventName = "(\w+)"\) \|\| /, '')),
  ),
  ...onResources(
    stacks,
    'filter waits for a call of another service',
    FILTER,
    inPattern((pattern) => pattern.replace(/\(\$\.eventSource = "[^"]*"\)/, '($.eventName != "none")')),
  ),
  ...onAlarms(stacks, 'rule whose failures nobody watches', (properties) => {
    const queries = listOf(properties['Metrics']);
    const at = queries.findIndex((query) => dig(query, 'MetricStat', 'Metric', 'Namespace') === 'AWS/Events');
    return at >= 0 && put(queries[at], ['MetricStat', 'Metric', 'MetricName'], 'Invocations');
  }),
];
