import { PolicyError } from '../../../compliance/rules/proofs/iam/errors';
import { parseOperator, testCondition } from '../../../compliance/rules/proofs/iam/operators';
import { arnMatches, globMatches } from '../../../compliance/rules/proofs/iam/wildcards';

const ARN = 'arn:aws:s3:::ours/input/a.jpg';
const test = (operator: string, actual: string[] | undefined, ...wanted: string[]) =>
  testCondition(parseOperator(operator, 'test'), actual, wanted, 'test');

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
describe('condition operators on a key that is there', () => {
  it.each<[string, string, string[], boolean]>([
    ['StringEquals', 'john', ['john'], true],
    ['StringEquals', 'John', ['john'], false],
    ['StringEquals', 'a*', ['ab'], false],
    ['StringEquals', 'ab', ['a*'], false],
    ['StringEquals', 'b', ['a', 'b'], true],
    ['StringNotEquals', 'b', ['a', 'b'], false],
    ['StringNotEquals', 'c', ['a', 'b'], true],
    ['StringEqualsIgnoreCase', 'John', ['john'], true],
    ['StringNotEqualsIgnoreCase', 'John', ['john'], false],
    ['StringLike', 'ab', ['a*'], true],
    ['StringLike', 'abc', ['a?'], false],
    ['StringNotLike', 'ab', ['a*'], false],
    ['ArnLike', ARN, ['arn:aws:s3:::ours/*'], true],
    ['ArnEquals', ARN, ['arn:aws:s3:::ours/*'], true],
    ['ArnEquals', ARN, ['arn:aws:s3:::other/*'], false],
    ['ArnNotLike', ARN, ['arn:aws:s3:::ours/*'], false],
    ['ArnNotEquals', ARN, ['arn:aws:s3:::other/*'], true],
    ['NumericLessThan', '1.1', ['1.2'], true],
    ['NumericLessThan', '1.2', ['1.2'], false],
    ['NumericLessThanEquals', '1.2', ['1.2'], true],
    ['NumericGreaterThan', '300001', ['300000'], true],
    ['NumericGreaterThanEquals', '299999', ['300000'], false],
    ['NumericEquals', '5', ['5.0'], true],
    ['NumericNotEquals', '5', ['5'], false],
    ['Bool', 'false', ['false'], true],
    ['Bool', 'true', ['false'], false],
    ['IpAddress', '203.0.113.7', ['203.0.113.0/24'], true],
    ['IpAddress', '198.51.100.7', ['203.0.113.0/24'], false],
    ['NotIpAddress', '198.51.100.7', ['203.0.113.0/24'], true],
    ['IpAddress', '2001:db8::1', ['2001:db8::/32'], true],
    ['Null', 'anything', ['false'], true],
    ['Null', 'anything', ['true'], false],
  ])('%s of %s with %j is %s', (operator, actual, wanted, expected) => {
    expect(test(operator, [actual], ...wanted)).toBe(expected);
  });
});

describe('condition operators on a key that is absent', () => {
  // "If the key is not present, the values do not match and the condition is false. If the condition requires that the
  // key is not matched, and the key is not present, the condition is true."
  it.each([
    ['StringEquals', false],
    ['StringLike', false],
    ['ArnLike', false],
    ['Bool', false],
    ['NumericLessThan', false],
    ['IpAddress', false],
    ['StringNotEquals', true],
    ['StringNotLike', true],
    ['ArnNotLike', true],
    ['NotIpAddress', true],
    ['StringEqualsIfExists', true],
    ['StringNotEqualsIfExists', true],
    ['BoolIfExists', true],
    ['ArnNotLikeIfExists', true],
    ['NumericLessThanIfExists', true],
  ])('%s is %s', (operator, expected) => {
    expect(test(operator, undefined, operator.startsWith('Numeric') ? '1' : 'true')).toBe(expected);
  });

  it('Null says so', () => {
    expect(test('Null', undefined, 'true')).toBe(true);
    expect(test('Null', undefined, 'false')).toBe(false);
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
describe('condition operators on keys of several values', () => {
  it.each<[string, string[] | undefined, string[], boolean]>([
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b', 'c'], true],
    ['ForAllValues:StringEquals', ['a', 'd'], ['a', 'b', 'c'], false],
    ['ForAllValues:StringEquals', undefined, ['a'], true],
    ['ForAnyValue:StringEquals', ['a', 'd'], ['a', 'b'], true],
    ['ForAnyValue:StringEquals', ['c', 'd'], ['a', 'b'], false],
    ['ForAnyValue:StringEquals', undefined, ['a'], false],
    ['ForAnyValue:StringEqualsIfExists', undefined, ['a'], false],
    ['ForAnyValue:StringNotEquals', ['a', 'c'], ['a', 'b'], true],
    ['ForAllValues:StringNotEquals', ['a', 'c'], ['a', 'b'], false],
    ['ForAllValues:StringLike', ['ab', 'ac'], ['a*'], true],
  ])('%s of %j with %j is %s', (operator, actual, wanted, expected) => {
    expect(test(operator, actual, ...wanted)).toBe(expected);
  });

  it('cannot be evaluated without a quantifier', () => {
    expect(() => test('StringEquals', ['a', 'b'], 'a')).toThrow(PolicyError);
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date
describe('dates, as ISO 8601 or as seconds', () => {
  it.each<[string, string, string, boolean]>([
    ['DateLessThan', '2026-01-01T00:00:00Z', '2026-01-02', true],
    ['DateLessThan', '2026-01-02T00:00:00Z', '2026-01-02T00:00:00Z', false],
    ['DateLessThanEquals', '2026-01-02T00:00:00Z', '2026-01-02T00:00:00Z', true],
    ['DateGreaterThan', '1767312000', '2026-01-01T00:00:00Z', true],
    ['DateGreaterThanEquals', '2026-01-01T00:00:00Z', '1767225600', true],
    ['DateEquals', '2026-01-01T01:00:00+01:00', '2026-01-01T00:00:00Z', true],
    ['DateNotEquals', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', false],
  ])('%s of %s with %s is %s', (operator, actual, wanted, expected) => {
    expect(test(operator, [actual], wanted)).toBe(expected);
  });

  it('cannot be evaluated when they are none', () => {
    expect(() => test('DateLessThan', ['today'], '2026-01-01')).toThrow(PolicyError);
  });
});

describe('what the operators do not know', () => {
  it.each([
    'DateBetween',
    'StringMatches',
    'NullIfExists',
    'ForSomeValues:StringEquals',
    '',
    'constructor',
    'toString',
    '__proto__',
  ])('"%s" is an error', (operator) => {
    expect(() => parseOperator(operator, 'test')).toThrow(
      expect.objectContaining({ code: 'unknown-operator' }) as Error,
    );
  });

  it('values that are no numbers or addresses are errors', () => {
    expect(() => test('NumericLessThan', ['x'], '1')).toThrow(PolicyError);
    for (const range of [
      'nowhere',
      '203.0.113.0/33',
      '203.0.113.0/x',
      '203.0.113.0/8/8',
      '2001:db8::/129',
      '',
    ])
      expect(() => test('IpAddress', ['203.0.113.7'], range)).toThrow(PolicyError);
    expect(() => test('Null', ['x'], 'maybe')).toThrow(PolicyError);
  });
});

describe('wildcards in a pattern', () => {
  it('of an ARN stay within its parts, the last of which is the rest', () => {
    expect(arnMatches('arn:aws:s3:::ours/*', ARN)).toBe(true);
    expect(arnMatches('arn:aws:sqs:us-east-1:*:q', 'arn:aws:sqs:us-east-1:111122223333:q')).toBe(true);
    expect(arnMatches('arn:aws:logs:r:a:log-group:x:*', 'arn:aws:logs:r:a:log-group:x:log-stream:y')).toBe(
      true,
    );
    expect(arnMatches('arn:aws:s3:us-*::ours/*', ARN)).toBe(false);
    expect(arnMatches('*', ARN)).toBe(true);
    expect(() => arnMatches('arn:aws:*', ARN)).toThrow(PolicyError);
  });

  it('take every other character literally', () => {
    expect(globMatches('a.c', 'abc')).toBe(false);
    expect(globMatches('S3:Get*', 's3:getobject', true)).toBe(true);
    expect(globMatches('s3:Get*', 's3:getobject')).toBe(false);
  });
});
