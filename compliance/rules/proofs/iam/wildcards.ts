import { PolicyError } from './errors';

const escape = (text: string): string => text.replace(/[.+^${}()|[\]\\]/g, '\\$&');
/** Before a `*` or `?` that means itself; no policy has this character. */
const LITERAL = '\u0001';
const WILDCARD = new RegExp(`${LITERAL}?[*?]`, 'g');

/** A text whose `*` and `?` are no wildcards where it becomes part of a pattern. */
export const literally = (text: string): string => text.replace(/[*?]/g, `${LITERAL}$&`);

const asExpression = (wildcard: string): string =>
  wildcard === '*' ? '.*' : wildcard === '?' ? '.' : `\\${wildcard.slice(1)}`;

const compiled = new Map<string, { readonly expression: RegExp; readonly answers: Map<string, boolean> }>();

/**
 * Glob matching of IAM: `*` any text, `?` any one character. Compiled patterns and their answers are kept, because a
 * proof asks the same few thousands of times.
 */
export function globMatches(pattern: string, text: string, ignoreCase = false): boolean {
  const key = ignoreCase ? pattern.toLowerCase() : pattern;
  const subject = ignoreCase ? text.toLowerCase() : text;
  let known = compiled.get(key);
  if (!known) {
    const source = escape(key).replace(WILDCARD, asExpression);
    known = { expression: new RegExp(`^${source}$`, 's'), answers: new Map() };
    compiled.set(key, known);
  }
  let answer = known.answers.get(subject);
  if (answer === undefined) {
    answer = known.expression.test(subject);
    known.answers.set(subject, answer);
  }
  return answer;
}

const split = new Map<string, readonly string[]>();

function partsOf(text: string): readonly string[] {
  let parts = split.get(text);
  if (!parts) {
    const all = text.split(':');
    parts = all.length < 6 ? all : [...all.slice(0, 5), all.slice(5).join(':')];
    split.set(text, parts);
  }
  return parts;
}

/**
 * Matches an ARN as IAM does: each of the six colon-separated parts by itself, the last being the rest. A lone `*`
 * matches everything.
 * @throws PolicyError when the pattern has fewer parts: what such a pattern matches differs between services.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export function arnMatches(pattern: string, arn: string): boolean {
  if (pattern === '*') return true;
  const [wanted, found] = [partsOf(pattern), partsOf(arn)];
  if (wanted.length !== 6 || wanted[0] !== 'arn') {
    throw new PolicyError('malformed-value', pattern, 'an ARN pattern has six parts');
  }
  return wanted.every((part, index) => globMatches(part, found[index] ?? ''));
}
