import {
  FilterPatternError,
  matchesLine,
  parseFilterPattern,
  valuesWanted,
} from '../../../../compliance/rules/proofs/signals/filter-pattern';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html, read on 2026-11-29. */
const TRAIL = JSON.stringify({
  eventType: 'UpdateTrail',
  sourceIPAddress: '111.111.111.111',
  arrayKey: ['value', 'another value'],
  objectList: [
    { name: 'a', id: 1 },
    { name: 'b', id: 2 },
  ],
  SomeObject: null,
});
const USERS = JSON.stringify({
  user: { id: 1, email: 'John.Stiles@example.com' },
  users: [
    { id: 2, email: 'John.Doe@example.com' },
    { id: 3, email: 'Jane.Doe@example.com' },
  ],
  actions: ['GET', 'PUT', 'DELETE'],
  coordinates: [
    [0, 1, 2],
    [4, 5, 6],
    [7, 8, 9],
  ],
});
const ACCESS = '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534';

describe('filter patterns, by the examples of AWS’s user guide', () => {
  test.each<[string, string, boolean]>([
    ['{ $.eventType = "UpdateTrail" }', TRAIL, true],
    ['{ $.sourceIPAddress != 123.123.* }', TRAIL, true],
    ['{ $.arrayKey[0] = "value" }', TRAIL, true],
    ['{ $.objectList[1].id = 2 }', TRAIL, true],
    ['{ $.SomeObject IS NULL }', TRAIL, true],
    ['{ $.SomeOtherObject NOT EXISTS }', TRAIL, true],
    ['{ $.eventType = "*" && $.sourceIPAddress != 123.123.* }', TRAIL, true],
    ['{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }', USERS, true],
    [
      '{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch" && $.actions[2] = "nonmatch" }',
      USERS,
      true,
    ],
    [
      '{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch") && $.actions[2] = "nonmatch" }',
      USERS,
      false,
    ],
    ['{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }', USERS, false],
    ['[ip, user, username, timestamp, request =*.html*, status_code = 4*, bytes]', ACCESS, true],
    ['[..., request =*.html*, status_code = 4*, bytes]', ACCESS, true],
    [
      '[ip, user, username, timestamp, request =*.html*, status_code = 404 || status_code = 410, bytes]',
      ACCESS,
      true,
    ],
    ['[ip, server, username, timestamp, request, status_code, bytes > 1000]', ACCESS, true],
    ['[w1=ERROR, w2]', 'ERROR message', true],
    ['[w1=ERROR || W1=WARNING, w2]', 'WARNING message', true],
    ['[w1!=ERROR && w1!=WARNING, w2]', 'ERROR message', false],
    ['[w1!=ERROR && w1!=WARNING, w2]', 'INFO message', true],
    ['{ $.latency = * }', '{"latency": 50, "requestType": "GET"}', true],
    ['{ $.bandwidth > 75 }', '{"bandwidth": 76}', true],
    ['{ $.latency < 50 }', '{"latency": 50}', false],
    ['{ $.refreshRate >= 60 }', '{"refreshRate": 60}', true],
    ['{ $.responseTime <= 5 }', '{"responseTime": 5.1}', false],
    ['{ $.errorCode = 400 }', '{"errorCode": 400}', true],
    ['{ $.errorCode != 500 }', '{"errorCode": 500}', false],
    ['{ $.number[0] = 1e-3 }', '{"number": [0.001]}', true],
  ])('%s', (pattern, line, expected) => {
    expect(matchesLine(parseFilterPattern(pattern), line)).toBe(expected);
  });

  test('a selector that leads to an object, or nowhere, matches nothing', () => {
    expect(matchesLine(parseFilterPattern('{ $.arrayKey = "value" }'), TRAIL)).toBe(false);
    expect(matchesLine(parseFilterPattern('{ $.constructor = "*" }'), TRAIL)).toBe(false);
    expect(matchesLine(parseFilterPattern('{ $.gone != "x" }'), TRAIL)).toBe(false);
    expect(matchesLine(parseFilterPattern('{ $.eventType = "*" }'), 'no JSON')).toBe(false);
  });

  test.each([
    'ERROR',
    '{ $.a = }',
    '{ $.a EXISTS }',
    '{ $.a IS NOT NULL }',
    '{ ($.a = 1 }',
    '{ $.a = 1 $.b = 2 }',
  ])('what is not known is refused: %s', (pattern) => {
    expect(() => parseFilterPattern(pattern)).toThrow(FilterPatternError);
  });

  test.each<[string, string[] | undefined]>([
    ['{ $.n = "A" }', ['A']],
    ['{ ($.s = "x") && (($.n = "A") || ($.n = "B")) }', ['A', 'B']],
    ['{ ($.n = "A") || ($.s = "x") }', undefined],
    ['{ $.n = "A*" }', undefined],
    ['{ $.n != "A" }', undefined],
    // A word without quotation marks may be a number, which is compared as one.
    ['{ $.n = 1 }', undefined],
    ['[n="A"]', undefined],
  ])('%s matches lines with some values alone', (pattern, values) => {
    const wanted = valuesWanted(parseFilterPattern(pattern), '$.n');
    expect(wanted && [...wanted]).toEqual(values);
  });
});
