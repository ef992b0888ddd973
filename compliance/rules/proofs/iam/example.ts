import { FOREIGN_ACCOUNT } from './targets';
import type { Condition, Statement } from './statement';
import { globMatches } from './wildcards';

/** A text that a pattern of a policy matches. */
export const filled = (pattern: string): string => pattern.replaceAll('*', 'x').replaceAll('?', 'x');

/** Nothing that exists is called so: what a statement that grants by exclusion still grants. */
const UNNAMED = 'NothingThatItNames';

/** One action for each that a statement names; for `NotAction` one of the service that it does not name. */
export const exampleActions = ({ actions }: Statement, service: string): string[] =>
  actions.not
    ? [`${service}:${UNNAMED}`]
    : actions.items.map((action) => (action === '*' ? `${service}:${UNNAMED}` : filled(action)));

/** One resource that a statement speaks of, of those that the policy protects; for `NotResource` one that it leaves. */
export function exampleResource({ resources }: Statement, protects: string): string {
  if (!resources || resources.not) return protects;
  return filled(resources.items.find((item) => item !== '*') ?? protects);
}

/**
 * A value with which the condition holds; undefined where it holds without one.
 * @param value the one of the policy's values that is to match.
 */
export function exampleValue({ operator, values }: Condition, value = values[0] ?? ''): string | undefined {
  const { name } = operator;
  if (!operator.operator) return value === 'true' ? undefined : 'x';
  if (operator.operator.negated) return undefined;
  if (name.includes('Date')) return momentFor(name, value);
  if (name.includes('LessThan')) return String(Number(value) - (name.includes('Equals') ? 0 : 1));
  if (name.includes('GreaterThan')) return String(Number(value) + (name.includes('Equals') ? 0 : 1));
  return name.includes('IpAddress') ? (value.split('/')[0] ?? '') : filled(value);
}

/** A moment that fulfils a comparison of dates. */
function momentFor(operator: string, value: string): string {
  if (operator.includes('LessThan')) return '1970-01-01T00:00:00Z';
  return operator.includes('GreaterThan') ? '2999-01-01T00:00:00Z' : value;
}

/** Every account id in a text. */
export const accountsIn = (text: string): string[] =>
  text.match(/(?<![0-9A-Za-z])\d{12}(?![0-9A-Za-z])/g) ?? [];

/** The accounts that a statement names as principals or in its conditions. */
export const accountsNamed = ({ principals, conditions }: Statement): string[] => [
  ...new Set(accountsIn(JSON.stringify([principals?.items ?? '', conditions.map(({ values }) => values)]))),
];

/**
 * ARNs of another account's that a pattern might match, though it was written for ours: by a wildcard where the account
 * stands, by our account's id in a name that anybody may give, or by the name of a bucket, which says no account.
 */
export function foreignArns(pattern: string, own: string): string[] {
  const [arn, partition = '', service = '', region = '', account = '', ...rest] = pattern.split(':');
  const name = rest.join(':');
  const anywhere = `arn:aws:sns:us-east-1:${FOREIGN_ACCOUNT}:`;
  if (arn !== 'arn' || rest.length === 0)
    return [pattern.replace('*', anywhere), pattern.replace('*', `${anywhere}x:`)].map(filled);
  const build = (whose: string, what: string): string =>
    filled(['arn', partition, service, region, whose, what].join(':'));
  if (account === '') return [/[*?]/.test(name) ? build('', name) : build('', `${FOREIGN_ACCOUNT}-bucket`)];
  const theirs = build(FOREIGN_ACCOUNT, name);
  return [
    theirs,
    theirs.replaceAll(own, FOREIGN_ACCOUNT),
    ...(globMatches(account, FOREIGN_ACCOUNT) ? [] : [build(account, name).replaceAll(own, FOREIGN_ACCOUNT)]),
  ];
}

/** The same value as another account would have it. */
export function foreign(value: string, own: string): string {
  const replaced = value.replaceAll(own, FOREIGN_ACCOUNT);
  if (replaced !== value) return replaced;
  return value.startsWith('arn:aws:s3:::') ? `arn:aws:s3:::${FOREIGN_ACCOUNT}-bucket` : value;
}
