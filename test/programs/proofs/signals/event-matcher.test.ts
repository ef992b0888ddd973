import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { embeddedEventMatcher } from '../../../../compliance/engines/event-matcher';
import { silentProgress } from '../../../../tools/setup/progress';
import { ensurePythonTool } from '../../../../tools/setup/python-tools';

const envelope = {
  version: '0',
  id: '7bf73129-1428-4cd3-a780-95db273d1602',
  'detail-type': 'EC2 Instance State-change Notification',
  source: 'aws.ec2',
  account: '123456789012',
  time: '2015-11-11T21:29:54Z',
  region: 'us-east-1',
  resources: ['arn:aws:ec2:us-east-1:123456789012:instance/i-abcd1111'],
};
const event = (detail: object, other: object = {}) => ({ ...envelope, ...other, detail });

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html, read on 2026-11-29. */
const DOCUMENTED: readonly [pattern: object, event: object, matches: boolean][] = [
  [{ time: [{ prefix: '2017-10-02' }] }, event({}, { time: '2017-10-02T18:43:48Z' }), true],
  [{ time: [{ prefix: '2017-10-02' }] }, event({}), false],
  [
    { detail: { service: [{ prefix: { 'equals-ignore-case': 'EventB' } }] } },
    event({ service: 'EVENTBridge' }),
    true,
  ],
  [{ detail: { FileName: [{ suffix: '.png' }] } }, event({ FileName: 'a.png' }), true],
  [{ detail: { FileName: [{ suffix: '.png' }] } }, event({ FileName: 'a.PNG' }), false],
  [
    { detail: { FileName: [{ suffix: { 'equals-ignore-case': '.png' } }] } },
    event({ FileName: 'a.PNG' }),
    true,
  ],
  [{ detail: { state: [{ 'anything-but': 'initializing' }] } }, event({ state: 'running' }), true],
  [{ detail: { state: [{ 'anything-but': 'initializing' }] } }, event({ state: 'initializing' }), false],
  [{ detail: { 'x-limit': [{ 'anything-but': 123 }] } }, event({ 'x-limit': 123 }), false],
  [
    { detail: { state: [{ 'anything-but': ['stopped', 'overloaded'] }] } },
    event({ state: 'stopped' }),
    false,
  ],
  [{ detail: { 'x-limit': [{ 'anything-but': [100, 200, 300] }] } }, event({ 'x-limit': 101 }), true],
  [
    { detail: { state: [{ 'anything-but': { 'equals-ignore-case': 'initializing' } }] } },
    event({ state: 'Initializing' }),
    false,
  ],
  [{ detail: { state: [{ 'anything-but': { prefix: 'init' } }] } }, event({ state: 'initializing' }), false],
  [{ detail: { FileName: [{ 'anything-but': { suffix: '.txt' } }] } }, event({ FileName: 'a.txt' }), false],
  [
    { detail: { 'c-count': [{ numeric: ['>', 0, '<=', 5] }], 'd-count': [{ numeric: ['<', 10] }] } },
    event({ 'c-count': 5, 'd-count': 9 }),
    true,
  ],
  [{ detail: { 'c-count': [{ numeric: ['>', 0, '<=', 5] }] } }, event({ 'c-count': 6 }), false],
  [{ detail: { 'x-limit': [{ numeric: ['=', 301.8] }] } }, event({ 'x-limit': 301.8 }), true],
  [
    { detail: { sourceIPAddress: [{ cidr: '10.0.0.0/24' }] } },
    event({ sourceIPAddress: '10.0.0.255' }),
    true,
  ],
  [{ detail: { sourceIPAddress: [{ cidr: '10.0.0.0/24' }] } }, event({ sourceIPAddress: '10.0.1.0' }), false],
  [{ detail: { state: [{ exists: true }] } }, event({ 'instance-id': 'i-abcd1111', state: 'pending' }), true],
  [{ detail: { state: [{ exists: true }] } }, event({ 'c-count': { c1: 100 } }), false],
  [
    { 'detail-type': [{ 'equals-ignore-case': 'ec2 instance state-change notification' }] },
    event({ 'c-count': { c1: 100 } }),
    true,
  ],
  [
    {
      detail: {
        $or: [{ 'c-count': [{ numeric: ['>', 0, '<=', 5] }] }, { 'd-count': [{ numeric: ['<', 10] }] }],
      },
    },
    event({ 'c-count': 9, 'd-count': 9 }),
    true,
  ],
];

describe('the matcher of event patterns', () => {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-matcher-'));
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));
  const matcher = async () =>
    embeddedEventMatcher((await ensurePythonTool('ministack', { progress: silentProgress })).python, scratch);

  test('does what the examples of AWS’s user guide say', async () => {
    const match = await matcher();
    const answers = match(
      DOCUMENTED.map(([pattern, sample]) => ({
        pattern: JSON.stringify(pattern),
        event: JSON.stringify(sample),
      })),
    );
    expect(answers).toEqual(DOCUMENTED.map(([, , expected]) => expected));
  });

  test('says why it refuses a pattern', async () => {
    const match = await matcher();
    const [answer] = match([
      { pattern: '{"detail": {"state": [{"exists": "maybe"}]}}', event: JSON.stringify(event({})) },
    ]);
    expect(answer).toMatch(/not valid/);
  });

  test('one that does not answer fails the gate', () => {
    const match = embeddedEventMatcher('false', scratch);
    expect(() => match([{ pattern: '{}', event: '{}' }])).toThrow(/did not answer/);
  });
});
