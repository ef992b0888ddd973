import { PolicyError } from './errors';

const escape = (text: string): string => text.replace(/[.+^${}()|[\]\\]/g, '\\$&');
/** Before a `*` or `?` that means itself; no policy has this character. */
const LITERAL = '\u0001';
const WILDCARD = new RegExp(`${LITERAL}?[*?]`, 'g');

/** A text whose `*` and `?` are no wildcards where it becomes part of a pattern. */
export const literally = (text: string): string => text.replace(/[*?]/g, `${LITERAL}$&`);

const asExpression = (wildcard: string): string =>
  wildcard === '*' ? '.*' : wildcard === '?' ? '.' : `\\${wildcard.slice(1)}`;

type Matches = (text: string) => boolean;

/** Most patterns are a plain text, or end in their only wildcard: those need no expression. */
function compile(pattern: string): Matches {
  const first = pattern.search(/[*?\u0001]/);
  if (first === -1) return (text) => text === pattern;
  if (first === pattern.length - 1 && pattern.endsWith('*')) {
    const beginning = pattern.slice(0, -1);
    return (text) => text.startsWith(beginning);
  }
  const expression = new RegExp(`^${escape(pattern).replace(WILDCARD, asExpression)}$`, 's');
  return (text) => expression.test(text);
}

const compiled = new Map<string, Matches>();

function compiledOf(pattern: string): Matches {
  let matches = compiled.get(pattern);
  if (!matches) {
    matches = compile(pattern);
    compiled.set(pattern, matches);
  }
  return matches;
}

/** Glob matching of IAM: `*` any text, `?` any one character. Compiled patterns are kept: a proof asks the same thousands of times. */
export const globMatches = (pattern: string, text: string, ignoreCase = false): boolean =>
  ignoreCase ? compiledOf(pattern.toLowerCase())(text.toLowerCase()) : compiledOf(pattern)(text);

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

const compiledArns = new Map<string, readonly Matches[]>();

function compiledArnOf(pattern: string): readonly Matches[] {
  let parts = compiledArns.get(pattern);
  if (!parts) {
    const texts = partsOf(pattern);
    if (texts.length !== 6 || texts[0] !== 'arn') {
      throw new PolicyError('malformed-value', pattern, 'an ARN pattern has six parts');
    }
    parts = texts.map(compiledOf);
    compiledArns.set(pattern, parts);
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
  const found = partsOf(arn);
  return compiledArnOf(pattern).every((matches, index) => matches(found[index] ?? ''));
}
