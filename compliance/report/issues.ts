import { groupBy } from '../group-by';
import { baseRule, type VerdictRow } from '../verdict-row';

/** What a property of a resource is about, by the words in which rules ask for it; the first that fits counts. */
const TOPICS: readonly (readonly [topic: string, words: RegExp])[] = [
  [
    'secret in plain text',
    /secret(?:s)? (?:stands|in|exposed)|hard.?coded|plain.?text secret|literal-secret|credentials? (?:exist|in)|password/i,
  ],
  ['key rotation', /rotat/i],
  [
    'encryption in transit',
    /in transit|https|\btls\b|\bssl\b|secure.?transport|plain-transport|node-to-node/i,
  ],
  ['customer-managed key', /\bcmk\b|customer.?managed|own-key|kms key|using kms|\bkms\b/i],
  ['encryption at rest', /encrypt|\bsse\b|server.?side/i],
  ['logging', /\blog(?:s|ging|ged)?\b|not-logging|flow.?log|trail|audit/i],
  [
    'permissions',
    /wildcard|least.?privilege|full administrative|\*:\*|admin(?:istrator)?|escalation|permissions management|pass.?role|IAM4|IAM5|inline polic/i,
  ],
  ['who may assume the role', /assume|trust/i],
  ['public access', /public|anybody|any principal|principal.*\*|exposed to the internet/i],
  ['network ingress', /ingress|inbound|0\.0\.0\.0|open to the world|unrestricted/i],
  ['network egress', /egress|outbound/i],
  ['authorization of callers', /authoriz|api key|unauthenticated|open access/i],
  ['backup', /backup|point.?in.?time|recovery|snapshot|versioning|versions/i],
  ['deletion protection', /deletion|termination protection/i],
  ['tags', /\btags?\b/i],
  ['dead letters', /dead.?letter|\bdlq\b/i],
  ['web application firewall', /\bwaf|web acl/i],
];

/** The topic of a rule; a rule of no known one is a topic of its own. */
export function topicOf({ engine, rule, title }: Pick<VerdictRow, 'engine' | 'rule' | 'title'>): string {
  const words = `${title} ${rule.replace(/^.*::/, '')}`;
  return TOPICS.find(([, pattern]) => pattern.test(words))?.[0] ?? `${engine} ${baseRule(rule)}`;
}

/** How rows that speak of one property of one resource are named together. */
export const groupOf = (row: VerdictRow): string =>
  [row.stack ?? '', row.resource, topicOf(row)].filter((part) => part !== '').join(' / ');

/** One thing to fix: a property of a resource, whoever found it. */
export interface Issue {
  readonly group: string;
  readonly topic: string;
  readonly stack: string | undefined;
  readonly resource: string;
  /** Every rule that found it, by its engine. */
  readonly rules: readonly string[];
  readonly controls: readonly string[];
  readonly messages: readonly string[];
}

const distinct = (values: readonly string[]): string[] => [...new Set(values)].sort();

/** Open findings by what is to be fixed. */
export function issuesOf(rows: readonly VerdictRow[]): Issue[] {
  const groups = groupBy(
    rows.filter(({ verdict }) => verdict === 'non-compliant'),
    groupOf,
  );
  return [...groups].flatMap(([group, found]) => {
    const [first] = found;
    return first === undefined
      ? []
      : [
          {
            group,
            topic: topicOf(first),
            stack: first.stack,
            resource: first.resource,
            rules: distinct(found.map(({ engine, rule }) => `${engine}: ${baseRule(rule)}`)),
            controls: distinct(found.flatMap(({ controls }) => controls)),
            messages: distinct(found.map(({ message }) => message)),
          },
        ];
  });
}
