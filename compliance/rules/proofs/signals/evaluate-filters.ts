import { actionsMatching } from '../../../service-reference/reference';
import { globMatches } from '../iam/wildcards';
import { dig } from '../model/dig';
import type { Resource } from '../model/resource';
import type { TemplateSet } from '../model/template-set';
import type { VerdictRow } from '../../../verdict-row';
import { ProofRows } from '../proof-rows';
import { ABSENT, changed } from './change';
import {
  conditionsOf,
  type FilterPattern,
  FilterPatternError,
  matchesLine,
  parseFilterPattern,
} from './filter-pattern';
import { namesOf } from './ours';
import { SIGNAL_RULES } from './rules';
import { EVENT_NAMES, SAMPLE_LINES, type SampleLines, TRAIL_RECORD } from './sample-lines';

/** A line of a log, whether it counts, and in words what is special about it. */
interface Line {
  readonly line: string;
  readonly told: boolean;
  readonly words: string;
}

const OTHER_SOURCE = 'example.amazonaws.com';
const OTHER_CALL = 'ListTagsForResource';

const record = (change: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(
    changed(
      TRAIL_RECORD,
      Object.fromEntries(
        Object.entries(change).map(([path, value]) => [path, value === null ? ABSENT : value]),
      ),
    ),
  );

const callLines = ({ calls = {}, anySource }: SampleLines): Line[] =>
  Object.entries(calls).flatMap(([eventSource, names]) => [
    ...names.map((eventName) => ({
      line: record({ eventSource, eventName }),
      told: true,
      words: `${eventName} of ${eventSource}`,
    })),
    ...names.slice(0, anySource ? 0 : names.length).map((eventName) => ({
      line: record({ eventSource: OTHER_SOURCE, eventName }),
      told: false,
      words: `${eventName} of another service`,
    })),
    {
      line: record({ eventSource, eventName: OTHER_CALL }),
      told: false,
      words: `${OTHER_CALL} of ${eventSource}`,
    },
  ]);

/** Samples with the names of each region that has all of them. */
function recordLines(set: TemplateSet, { records = [], ours, log, anySource }: SampleLines): Line[] {
  const regions = [...new Set(set.resources().map(({ region }) => region))];
  const names = Object.entries(ours);
  const worlds =
    names.length === 0
      ? [{}]
      : regions.flatMap((region): Record<string, string>[] => {
          const found = names.map(([name, which]) => [name, namesOf(set, which, region).meant[0]] as const);
          return found.every(([, value]) => value !== undefined)
            ? [Object.fromEntries(found) as Record<string, string>]
            : [];
        });
  // A call of the same name that another service knows is another call.
  const elsewhere = records
    .filter(({ told, change }) => log === 'trail' && !anySource && told && 'eventSource' in change)
    .map(({ change }) => ({ told: false, change: { ...change, eventSource: OTHER_SOURCE } }));
  return worlds.flatMap((world) =>
    [...records, ...elsewhere].map(({ told, change }) => ({
      line: record(change).replace(/\$\{(\w+)\}/g, (whole, name: string) => world[name] ?? whole),
      told,
      words: JSON.stringify(change),
    })),
  );
}

const linesOf = (set: TemplateSet, entry: SampleLines): Line[] => [
  ...callLines(entry),
  ...recordLines(set, entry),
  ...(entry.lines?.told ?? []).map((line) => ({ line, told: true, words: line })),
  ...(entry.lines?.untold ?? []).map((line) => ({ line, told: false, words: line })),
];

/** Whether AWS has a call of that name. */
function isKnownCall(eventSource: string, eventName: string): boolean {
  if (EVENT_NAMES.names.some(({ source, names }) => source === eventSource && names.includes(eventName)))
    return true;
  const service = eventSource.replace(/\.amazonaws\.com$/, '');
  return actionsMatching(`${EVENT_NAMES.prefixes[service] ?? service}:${eventName}`).length > 0;
}

/** Calls that a filter waits for and that no sample has: nobody said what they should be. */
const unsampled = (
  patterns: readonly FilterPattern[],
  entry: SampleLines,
  lines: readonly Line[],
): string[] => {
  if (entry.log !== 'trail') return [];
  const sampled = lines
    .filter(({ told }) => told)
    .map(({ line }) => String(dig(JSON.parse(line), 'eventName')));
  return patterns
    .flatMap(conditionsOf)
    .filter(({ field, operator }) => field === '$.eventName' && operator === '=')
    .filter(({ value }) => !sampled.some((name) => globMatches(value, name)))
    .map(({ value }) => `it waits for ${value}, of which there is no sample`);
};

/** A filter that counts into a metric. */
interface Counting {
  readonly filter: Resource;
  readonly pattern: FilterPattern | undefined;
  /** Why its pattern could not be read. */
  readonly unread: string | undefined;
  /** Its pattern as it stands there. */
  readonly words: string;
}

interface CountedMetric {
  /** What is told of it, of which stack and namespace. */
  readonly key: string;
  readonly name: string;
  readonly counting: readonly Counting[];
}

/** A pattern, or why it cannot be read. */
function readPattern(words: string): Pick<Counting, 'pattern' | 'unread'> {
  try {
    return { pattern: parseFilterPattern(words), unread: undefined };
  } catch (error) {
    if (!(error instanceof FilterPatternError)) throw error;
    return { pattern: undefined, unread: error.message };
  }
}

/** Filters by what they count into, one record for each filter group and stack. */
function countedMetrics(set: TemplateSet): CountedMetric[] {
  const counted = new Map<string, { key: string; name: string; counting: Counting[] }>();
  for (const filter of set.resources('AWS::Logs::MetricFilter')) {
    const read = filter.remember(countedMetrics, () =>
      filter.list('MetricTransformations').map((t) => {
        const name = String(dig(t, 'MetricName'));
        const words = filter.text('FilterPattern');
        const key = `${filter.stackName} ${String(dig(t, 'MetricNamespace'))} ${name}`;
        return { key, name, words, ...readPattern(words) };
      }),
    );
    for (const { key, name, ...rest } of read) {
      const group = counted.get(key) ?? { key, name, counting: [] };
      counted.set(key, group);
      group.counting.push({ filter, ...rest });
    }
  }
  return [...counted.values()];
}

/** What the filters of a metric are found to count; nothing changes it but they, and the names in the samples. */
function evaluateMetric(set: TemplateSet, { name, counting }: CountedMetric): readonly VerdictRow[] {
  const rows = new ProofRows('proof-signals');
  const [first] = counting;
  if (!first) return rows.rows;
  const { filter } = first;
  const patterns = counting.flatMap(({ pattern }) => (pattern ? [pattern] : []));
  const unread = counting.flatMap((each) => (each.unread === undefined ? [] : [each.unread]));
  const entry = SAMPLE_LINES.find(({ metric }) => metric === name);
  if (!entry) {
    rows.add(SIGNAL_RULES.filter, filter, 'non-compliant', `there is no sample line for the metric ${name}`);
    return rows.rows;
  }
  rows.guarded(SIGNAL_RULES.filter, filter, () => {
    const lines = set.remember(entry, 'lines', () => linesOf(set, entry));
    // Each log has a filter of its own, so every one must count; on the trail all look at the same log.
    const counts = (line: string): boolean =>
      entry.log === 'trail'
        ? patterns.some((pattern) => matchesLine(pattern, line))
        : patterns.every((pattern) => matchesLine(pattern, line));
    const counted = (line: string): boolean => patterns.some((pattern) => matchesLine(pattern, line));
    const problems = lines.flatMap(({ line, told, words }) =>
      told
        ? counts(line)
          ? []
          : [`it does not count ${words}`]
        : counted(line)
          ? [`it counts ${words}`]
          : [],
    );
    const all = [...unread, ...problems, ...unsampled(patterns, entry, lines)];
    rows.evaluate(
      SIGNAL_RULES.filter,
      filter,
      [...new Set(all)],
      `${lines.filter(({ told }) => told).length} sample lines count, ${lines.filter(({ told }) => !told).length} near misses do not`,
    );
    if (entry.calls)
      rows.evaluate(
        SIGNAL_RULES.eventName,
        filter,
        Object.entries(entry.calls).flatMap(([eventSource, names]) =>
          names
            .filter((eventName) => !isKnownCall(eventSource, eventName))
            .map((eventName) => `${eventSource} has no call ${eventName}`),
        ),
        'AWS has each of these calls',
      );
  });
  return rows.rows;
}

/** Every metric filter against sample lines of its log. @returns the samples that a filter has. */
export function evaluateFilters(rows: ProofRows, set: TemplateSet): ReadonlySet<SampleLines> {
  const used = new Set<SampleLines>();
  for (const metric of countedMetrics(set)) {
    const entry = SAMPLE_LINES.find((each) => each.metric === metric.name);
    if (entry) used.add(entry);
    const token = `filters into ${metric.key}`;
    set.sign(token, () => JSON.stringify(metric.counting.map(({ filter, words }) => [filter.path, words])));
    rows.rows.push(
      ...set.remember(evaluateMetric, metric.key, () => {
        set.read(token);
        return evaluateMetric(set, metric);
      }),
    );
  }
  return used;
}
