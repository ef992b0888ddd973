import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { PolicyError } from './errors';
import { arnMatches, globMatches } from './wildcards';

/** Compares one value of the request with one of the policy. */
type Compare = (actual: string, wanted: string, where: string) => boolean;

interface Operator {
  readonly compare: Compare;
  /** `StringNotEquals` and its like: true when NO value of the policy matches, and when the key is absent. */
  readonly negated: boolean;
  /** Wildcards of the policy keep their meaning; elsewhere they are plain characters. */
  readonly patterns: boolean;
}

function numeric(test: (a: number, b: number) => boolean): Compare {
  return (actual, wanted, where) => {
    const [a, b] = [Number(actual), Number(wanted)];
    if (Number.isNaN(a) || Number.isNaN(b)) {
      throw new PolicyError('malformed-value', where, `"${actual}" or "${wanted}" is not a number`);
    }
    return test(a, b);
  };
}

/** A date as ISO 8601 has it, or as seconds since 1970. */
const time = (text: string): number => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text));

function dated(test: (a: number, b: number) => boolean): Compare {
  return (actual, wanted, where) => {
    const [a, b] = [time(actual), time(wanted)];
    if (Number.isNaN(a) || Number.isNaN(b))
      throw new PolicyError('malformed-value', where, `"${actual}" or "${wanted}" is no date`);
    return test(a, b);
  };
}

const inBlock: Compare = (actual, wanted, where) => {
  const [address = '', length, ...more] = wanted.split('/');
  const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : undefined;
  const longest = family === 'ipv4' ? 32 : 128;
  const prefix = length === undefined ? longest : /^\d{1,3}$/.test(length) ? Number(length) : Infinity;
  if (!family || prefix > longest || more.length > 0) {
    throw new PolicyError('malformed-value', where, `"${wanted}" is no address or range of addresses`);
  }
  const list = new BlockList();
  list.addSubnet(address, prefix, family);
  return list.check(actual, isIPv4(actual) ? 'ipv4' : 'ipv6');
};

const equals: Compare = (a, b) => a === b;
const equalsIgnoringCase: Compare = (a, b) => a.toLowerCase() === b.toLowerCase();
const plain = (compare: Compare): Operator => ({ compare, negated: false, patterns: false });
const pattern = (compare: Compare): Operator => ({ compare, negated: false, patterns: true });
const not = (operator: Operator): Operator => ({ ...operator, negated: true });
const like = pattern((actual, wanted) => globMatches(wanted, actual));
// ArnEquals behaves as ArnLike does: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
const arn = pattern((actual, wanted) => arnMatches(wanted, actual));

const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  Object.entries({
    StringEquals: plain(equals),
    StringNotEquals: not(plain(equals)),
    StringEqualsIgnoreCase: plain(equalsIgnoringCase),
    StringNotEqualsIgnoreCase: not(plain(equalsIgnoringCase)),
    StringLike: like,
    StringNotLike: not(like),
    ArnEquals: arn,
    ArnLike: arn,
    ArnNotEquals: not(arn),
    ArnNotLike: not(arn),
    NumericEquals: plain(numeric((a, b) => a === b)),
    NumericNotEquals: not(plain(numeric((a, b) => a === b))),
    NumericLessThan: plain(numeric((a, b) => a < b)),
    NumericLessThanEquals: plain(numeric((a, b) => a <= b)),
    NumericGreaterThan: plain(numeric((a, b) => a > b)),
    NumericGreaterThanEquals: plain(numeric((a, b) => a >= b)),
    DateEquals: plain(dated((a, b) => a === b)),
    DateNotEquals: not(plain(dated((a, b) => a === b))),
    DateLessThan: plain(dated((a, b) => a < b)),
    DateLessThanEquals: plain(dated((a, b) => a <= b)),
    DateGreaterThan: plain(dated((a, b) => a > b)),
    DateGreaterThanEquals: plain(dated((a, b) => a >= b)),
    BinaryEquals: plain(equals),
    Bool: plain(equalsIgnoringCase),
    IpAddress: plain(inBlock),
    NotIpAddress: not(plain(inBlock)),
  }),
);

/** An operator with its quantifier and `IfExists`. */
export interface ParsedOperator {
  readonly name: string;
  readonly quantifier: 'ForAnyValue' | 'ForAllValues' | undefined;
  readonly ifExists: boolean;
  /** Absent for `Null`, which asks only whether the key is there. */
  readonly operator: Operator | undefined;
}

/** @throws PolicyError when the evaluator does not know the operator. */
export function parseOperator(text: string, where: string): ParsedOperator {
  const match = /^(?:(ForAnyValue|ForAllValues):)?([A-Za-z]+?)(IfExists)?$/.exec(text);
  const [, quantifier, name = '', ifExists] = match ?? [];
  const operator = OPERATORS.get(name);
  const isNull = name === 'Null' && quantifier === undefined && ifExists === undefined;
  if (!operator && !isNull) {
    throw new PolicyError('unknown-operator', where, `the condition operator ${text} is not known`);
  }
  return {
    name: text,
    quantifier: quantifier as ParsedOperator['quantifier'],
    ifExists: ifExists !== undefined,
    operator,
  };
}

/**
 * Tests the request's values of one key against the policy's.
 * - absent key: false, true for negated operators and `IfExists`; `ForAllValues` true, `ForAnyValue` false whatever else;
 * - several values of the policy: any may match (for negated operators: none may);
 * - a value of the policy with a variable that has none (undefined) matches nothing, and makes a negated test of a key that
 *   is there false: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 * - several values of the request need a quantifier; without one, a request of ours never carries more than one.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
export function testCondition(
  { operator, quantifier, ifExists, name }: ParsedOperator,
  actual: readonly string[] | undefined,
  wanted: readonly (string | undefined)[],
  where: string,
): boolean {
  if (!operator) {
    if (wanted.length !== 1 || !['true', 'false'].includes(wanted[0] ?? '')) {
      throw new PolicyError('malformed-value', where, 'Null takes true or false');
    }
    return (actual === undefined || actual.length === 0) === (wanted[0] === 'true');
  }
  const present = actual !== undefined && actual.length > 0;
  if (!present) {
    if (quantifier === 'ForAnyValue') return false;
    return quantifier === 'ForAllValues' || ifExists || operator.negated;
  }
  if (operator.negated && wanted.includes(undefined)) return false;
  const known = wanted.filter((item) => item !== undefined);
  const one = (value: string): boolean =>
    known.some((item) => operator.compare(value, item, where)) !== operator.negated;
  if (quantifier === 'ForAnyValue') return actual.some(one);
  if (quantifier === undefined && actual.length > 1) {
    throw new PolicyError(
      'malformed-value',
      where,
      `${name} on a key with several values needs a quantifier`,
    );
  }
  return actual.every(one);
}
