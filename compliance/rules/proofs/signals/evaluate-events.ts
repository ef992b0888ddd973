import { dig, listOf } from '../model/dig';
import type { Resource } from '../model/resource';
import type { TemplateSet } from '../model/template-set';
import type { VerdictRow } from '../../../verdict-row';
import { ProofRows } from '../proof-rows';
import { ABSENT, changed } from './change';
import type { EventMatcher, MatchQuestion } from './event-matcher';
import { namesOf } from './ours';
import { SIGNAL_RULES } from './rules';
import { type SampleEvent, sampleEventOf } from './sample-events';

/** An event that a rule must tell, or must not, and in words what is special about it. */
interface Case {
  readonly event: unknown;
  readonly told: boolean;
  readonly words: string;
}

const wordsOf = (change: Readonly<Record<string, unknown>>): string =>
  Object.entries(change)
    .map(([path, value]) => `${path} ${JSON.stringify(value)}`)
    .join(', ');

/** Paths of the fields that a pattern asks about, `detail.state`. */
function askedPaths(pattern: unknown, path = ''): string[] {
  if (typeof pattern !== 'object' || pattern === null || Array.isArray(pattern)) return [path];
  return Object.entries(pattern).flatMap(([name, inner]) =>
    askedPaths(inner, path === '' ? name : `${path}.${name}`),
  );
}

/** All ways of putting names of ours into a sample: those that are meant, and one of another. */
function fittings(
  set: TemplateSet,
  rule: Resource,
  { ours }: SampleEvent,
): { meant: Record<string, string>[]; others: Record<string, string>[]; missing: string[] } {
  let meant: Record<string, string>[] = [{}];
  const others: Record<string, string>[] = [];
  const missing: string[] = [];
  for (const [path, which] of Object.entries(ours)) {
    const names = namesOf(set, which, rule.region);
    if (names.meant.length === 0)
      missing.push(`no ${which.type} in ${rule.region} has a name like ${which.named}`);
    meant = meant.flatMap((fitting) => names.meant.map((name) => ({ ...fitting, [path]: name })));
    for (const name of [...names.others, `${names.meant[0] ?? ''}-of-somebody-else`])
      others.push({ [path]: name });
  }
  return { meant, others, missing };
}

/** Every event that is put to a rule. */
function casesOf(set: TemplateSet, rule: Resource, entry: SampleEvent, pattern: unknown): Case[] {
  const here = changed(entry.sample, { account: rule.account, region: rule.region });
  const { meant, others } = fittings(set, rule, entry);
  const [first = {}] = meant;
  const told = entry.told.flatMap((change) =>
    meant.map((fitting) => ({ event: changed(here, { ...fitting, ...change }), words: wordsOf(change) })),
  );
  const asked = askedPaths(pattern).filter((path) => !['source', 'detail-type'].includes(path));
  const [one] = told;
  const near = one ? [one] : [];
  return [
    ...told.map((each) => ({ ...each, told: true })),
    ...entry.untold.map((change) => ({
      event: changed(here, { ...first, ...change }),
      told: false,
      words: wordsOf(change),
    })),
    ...others.map((other) => ({
      event: changed(here, { ...first, ...entry.told[0], ...other }),
      told: false,
      words: wordsOf(other),
    })),
    ...near.flatMap(({ event }): Case[] => [
      {
        event: changed(event, { source: `${entry.sample.source}.other` }),
        told: false,
        words: 'another source',
      },
      {
        event: changed(event, { 'detail-type': `${entry.sample['detail-type']} (renamed)` }),
        told: false,
        words: 'another detail-type',
      },
      ...asked.map((path) => ({
        event: changed(event, { [path]: ABSENT }),
        told: false,
        words: `no ${path}`,
      })),
    ]),
  ];
}

/** What is asked about a rule, with what is known before anybody answers. */
interface Asked {
  readonly cases: readonly (Pick<Case, 'told' | 'words'> & { readonly question: MatchQuestion })[];
  readonly missing: readonly string[];
}

/** A rule's sample and what is asked about it; without them, what there is to tell instead. */
interface ReadRule {
  readonly rows: readonly VerdictRow[];
  readonly sample?: SampleEvent;
  readonly asked?: Asked;
}

function readRule(set: TemplateSet, rule: Resource): ReadRule {
  const rows = new ProofRows('proof-signals');
  let read: Pick<ReadRule, 'sample' | 'asked'> = {};
  rows.guarded(SIGNAL_RULES.event, rule, () => {
    const name = rule.optionalText('Name') ?? rule.logicalId;
    const pattern = rule.property('EventPattern');
    // A clock starts it: there is no event that it could miss or take for its own.
    if (pattern === undefined && rule.optionalText('ScheduleExpression') !== undefined) {
      rows.add(SIGNAL_RULES.event, rule, 'not-applicable', 'started by a clock');
      return;
    }
    const sample = sampleEventOf(name);
    if (!sample) {
      const asks = [dig(pattern, 'source'), dig(pattern, 'detail-type')].flatMap(listOf).map(String);
      rows.add(
        SIGNAL_RULES.event,
        rule,
        'non-compliant',
        `there is no sample event for the rule ${name} (${asks.join(', ')})`,
      );
      return;
    }
    read = { sample: sample.entry };
    const { missing } = fittings(set, rule, sample.filled);
    const text = JSON.stringify(pattern);
    const cases = casesOf(set, rule, sample.filled, pattern).map(({ event, told, words }) => ({
      told,
      words,
      question: { pattern: text, event: JSON.stringify(event) },
    }));
    read = { sample: sample.entry, asked: { cases, missing } };
  });
  return { rows: rows.rows, ...read };
}

/** Every event rule against AWS's sample events, by a matcher that is not ours. @returns the samples that a rule has. */
export function evaluateEvents(
  rows: ProofRows,
  set: TemplateSet,
  matcher: EventMatcher,
): ReadonlySet<SampleEvent> {
  const rules = set.resources('AWS::Events::Rule');
  const read = rules.map((rule) => ({ rule, ...rule.remember(readRule, () => readRule(set, rule)) }));
  for (const { rows: own } of read) rows.rows.push(...own);
  const questions = read.flatMap(({ rule, asked }) => (asked ? [{ rule, ...asked }] : []));
  const answers = matcher(questions.flatMap(({ cases }) => cases.map(({ question }) => question)));
  let next = 0;
  for (const { rule, cases, missing } of questions) {
    const problems = cases.flatMap(({ told, words }) => {
      const answer = answers[next++];
      if (typeof answer === 'string') return [`the pattern is refused: ${answer}`];
      if (answer === told) return [];
      return [
        told ? `it does not match AWS’s sample event with ${words}` : `it matches an event with ${words}`,
      ];
    });
    rows.evaluate(
      SIGNAL_RULES.event,
      rule,
      [...new Set([...missing, ...problems])],
      `${cases.filter(({ told }) => told).length} sample events match, ${cases.filter(({ told }) => !told).length} near misses do not`,
    );
  }
  return new Set(read.flatMap(({ sample }) => (sample ? [sample] : [])));
}
