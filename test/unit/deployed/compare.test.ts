import { canonicalPolicy, settingDifferences } from '../../../compliance/deployed/compare';
import { PhysicalIds } from '../../../compliance/deployed/physical-ids';

const statement = (more: object) => ({
  Version: '2012-10-17',
  Statement: [
    { Sid: 'One', Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*', ...more },
  ],
});
const policies = (evaluated: object, found: object) =>
  settingDifferences(canonicalPolicy(evaluated), canonicalPolicy(JSON.stringify(found)));

describe('two settings', () => {
  test.each<[string, unknown, unknown]>([
    ['a number and its text', { Timeout: 20 }, { Timeout: '20' }],
    ['what is off and what is not set', { Public: false }, {}],
    ['an empty list and none', {}, { Rules: [] }],
    ['lists in another order', { Ids: ['a', 'b'] }, { Ids: ['b', 'a'] }],
    [
      'a stream and the time at which it began',
      { Arn: 'arn:aws:dynamodb:us-east-1:111122223333:table/T/stream/LATEST' },
      { Arn: 'arn:aws:dynamodb:us-east-1:111122223333:table/T/stream/2026-11-29T00:00:00.000' },
    ],
  ])('%s are the same', (_what, evaluated, found) =>
    expect(settingDifferences(evaluated, found)).toEqual([]),
  );

  test.each<[string, unknown, unknown, string]>([
    ['a switch that was turned off', { Rotates: true }, {}, 'Rotates'],
    ['a switch that was turned on', {}, { Public: true }, 'Public'],
    ['zero and nothing', { Days: 0 }, {}, 'Days'],
    ['one of a list twice', { Ids: ['a'] }, { Ids: ['a', 'a'] }, 'Ids'],
    ['something below', { A: { B: { C: 1 } } }, { A: { B: { C: 2 } } }, 'A.B.C'],
    ['a named item of a list', { Rules: [{ Id: 'x', N: 1 }] }, { Rules: [{ Id: 'x', N: 2 }] }, 'Rules[x].N'],
  ])('%s differ, and the path says where', (_what, evaluated, found, path) =>
    expect(settingDifferences(evaluated, found).map((difference) => difference.path)).toEqual([path]),
  );
});

describe('two policies', () => {
  test.each<[string, object, object]>([
    ['one action and a list of it', { Action: 's3:GetObject' }, { Action: ['s3:GetObject'] }],
    [
      'an account and its root',
      { Principal: { AWS: '111122223333' } },
      { Principal: { AWS: 'arn:aws:iam::111122223333:root' } },
    ],
    ['everybody in both ways', { Principal: '*' }, { Principal: { AWS: '*' } }],
    [
      'a condition with one value and with a list of it',
      { Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      { Condition: { Bool: { 'aws:SecureTransport': ['false'] } } },
    ],
  ])('%s are the same', (_what, evaluated, found) =>
    expect(policies(statement(evaluated), statement(found))).toEqual([]),
  );

  test.each<[string, object, object]>([
    ['without its condition', { Condition: { Bool: { 'aws:SecureTransport': 'false' } } }, {}],
    [
      'with another value',
      { Condition: { StringEquals: { 'aws:PrincipalAccount': '111122223333' } } },
      { Condition: { StringEquals: { 'aws:PrincipalAccount': ['111122223333', '999900001111'] } } },
    ],
    ['for somebody else', { Principal: { AWS: '111122223333' } }, { Principal: { AWS: '999900001111' } }],
    ['that allows what was denied', { Effect: 'Deny' }, { Effect: 'Allow' }],
    ['with one action more', { Action: 's3:GetObject' }, { Action: ['s3:GetObject', 's3:PutObject'] }],
  ])('one %s is another', (_what, evaluated, found) =>
    expect(policies(statement(evaluated), statement(found))).not.toEqual([]),
  );

  test('that is gone is told as that', () =>
    expect(settingDifferences({ Policy: canonicalPolicy(statement({})) }, {})).toEqual([
      expect.objectContaining({ path: 'Policy', found: 'nothing' }),
    ]));
});

describe('ids of the account', () => {
  const ids = new PhysicalIds();
  ids.add('serverlessapp-dev-keys', { logicalId: 'DataKey1', physicalId: 'k-1', type: 'AWS::KMS::Key' });
  ids.add('serverlessapp-dev-edge', {
    logicalId: 'WebAcl1',
    physicalId: 'serverlessapp-dev-web-acl|w-1|REGIONAL',
    type: 'AWS::WAFv2::WebACL',
  });
  ids.add('serverlessapp-dev-api', {
    logicalId: 'Version1',
    physicalId: 'arn:aws:lambda:us-east-1:111122223333:function:f:7',
    type: 'AWS::Lambda::Version',
  });
  ids.add('serverlessapp-dev-access', {
    logicalId: 'Secret1',
    physicalId: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:s-Zy98xW',
    type: 'AWS::SecretsManager::Secret',
  });

  test.each([
    ['arn:aws:kms:us-east-1:1:key/serverlessapp-dev-keys/DataKey1', 'arn:aws:kms:us-east-1:1:key/k-1'],
    [
      'arn:aws:wafv2:us-east-1:1:regional/webacl/serverlessapp-dev-web-acl/serverlessapp-dev-edge/WebAcl1',
      'arn:aws:wafv2:us-east-1:1:regional/webacl/serverlessapp-dev-web-acl/w-1',
    ],
    ['serverlessapp-dev-api/Version1', '7'],
    [
      'arn:aws:secretsmanager:us-east-1:111122223333:secret:s-AbCdEf',
      'arn:aws:secretsmanager:us-east-1:111122223333:secret:s-Zy98xW',
    ],
    ['serverlessapp-dev-keys/DataKey2', 'serverlessapp-dev-keys/DataKey2'],
  ])('%s is %s', (token, physical) => expect(ids.in({ value: [token] })).toEqual({ value: [physical] }));
});
