import { PolicyError } from '../../../compliance/rules/proofs/iam/errors';
import {
  evaluate,
  type Policies,
  type EvaluationResult,
} from '../../../compliance/rules/proofs/iam/evaluate';
import { contextOf, type Caller, type Request } from '../../../compliance/rules/proofs/iam/request';
import { parsePolicy, type Statement } from '../../../compliance/rules/proofs/iam/statement';

const OURS = '111122223333';
const THEIRS = '999900001111';
const ROLE = `arn:aws:iam::${OURS}:role/reader`;
const OBJECT = 'arn:aws:s3:::pictures/input/a.jpg';
const KEY = `arn:aws:kms:us-east-1:${OURS}:key/k`;

type Body = Record<string, unknown>;
const policy = (...statements: Body[]): Statement[] =>
  parsePolicy({ Version: '2012-10-17', Statement: statements }, 'test');
const allow = (Sid: string, more: Body = {}): Body => ({
  Sid,
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: '*',
  ...more,
});
const deny = (Sid: string, more: Body = {}): Body => ({ ...allow(Sid, more), Effect: 'Deny' });
const everyone = { Principal: '*' };
const theRole = { Principal: { AWS: ROLE } };
const theAccount = { Principal: { AWS: `arn:aws:iam::${OURS}:root` } };

const role = (account = OURS): Caller => ({
  kind: 'role',
  arn: `arn:aws:iam::${account}:role/reader`,
  account,
});
const request = (more: Partial<Request> = {}, context: Record<string, string | string[]> = {}): Request => ({
  caller: role(),
  action: 's3:GetObject',
  resource: OBJECT,
  resourceAccount: OURS,
  ...more,
  context: contextOf({ 'aws:PrincipalArn': ROLE, 'aws:PrincipalAccount': OURS, ...context }),
});
const decide = (policies: Partial<Policies>, asked = request()): string => {
  const verdict: EvaluationResult = evaluate(asked, { identity: [], ...policies });
  const detail = verdict.missing ?? verdict.by.map((origin) => origin.replace('test#', '')).join(' ');
  return `${verdict.decision}: ${detail}`;
};

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
describe('a role in the same account as the resource', () => {
  it('may do nothing by default', () => {
    expect(decide({})).toBe('implicit-deny: identity');
  });
  it('may do what its identity policy allows, or what the resource policy allows it: the union', () => {
    expect(decide({ identity: policy(allow('Mine')) })).toBe('allow: Mine');
    expect(decide({ resource: policy(allow('Bucket', theRole)) })).toBe('allow: Bucket');
    expect(decide({ resource: policy(allow('Bucket', everyone)) })).toBe('allow: Bucket');
  });
  it('is refused by a Deny anywhere, whatever allows', () => {
    const identity = policy(allow('Mine'));
    expect(decide({ identity: policy(allow('Mine'), deny('No')) })).toBe('explicit-deny: No');
    expect(decide({ identity, resource: policy(deny('Perimeter', everyone)) })).toBe(
      'explicit-deny: Perimeter',
    );
    expect(decide({ identity, resource: policy(deny('Perimeter', theAccount)) })).toBe(
      'explicit-deny: Perimeter',
    );
    expect(decide({ identity, boundary: policy(allow('Boundary'), deny('Never')) })).toBe(
      'explicit-deny: Never',
    );
    const endpoint = policy(allow('Through', everyone), deny('NotThrough', everyone));
    expect(decide({ identity, endpoint })).toBe('explicit-deny: NotThrough');
  });
  it('gets nothing from a resource policy that only names the account', () => {
    expect(decide({ resource: policy(allow('Account', theAccount)) })).toBe('implicit-deny: identity');
  });
  it('gets nothing from a resource policy that names somebody else', () => {
    const other = { Principal: { AWS: `arn:aws:iam::${OURS}:role/other` } };
    expect(decide({ resource: policy(allow('Other', other)) })).toBe('implicit-deny: identity');
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
describe('a permissions boundary', () => {
  const boundary = policy(allow('Boundary', { Action: 'sqs:*' }));
  it('limits what identity policies allow', () => {
    expect(decide({ identity: policy(allow('Mine')), boundary })).toBe('implicit-deny: boundary');
    expect(decide({ identity: policy(allow('Mine')), boundary: policy(allow('Boundary')) })).toBe(
      'allow: Mine',
    );
  });
  it('allows nothing by itself', () => {
    expect(decide({ boundary: policy(allow('Boundary')) })).toBe('implicit-deny: identity');
  });
  it('limits a resource policy that names the role as its Principal', () => {
    expect(decide({ resource: policy(allow('Bucket', theRole)), boundary })).toBe('implicit-deny: identity');
  });
  it('does not limit one that names everybody, with the role as a condition', () => {
    const byArn = { ...everyone, Condition: { ArnEquals: { 'aws:PrincipalArn': ROLE } } };
    expect(decide({ resource: policy(allow('Bucket', byArn)), boundary })).toBe('allow: Bucket');
  });
  it('does not limit a resource policy that names everybody', () => {
    expect(decide({ resource: policy(allow('Bucket', everyone)), boundary })).toBe('allow: Bucket');
  });
  it('makes a Deny with NotPrincipal hit the role even when it is the one left out', () => {
    const identity = policy(allow('Mine'));
    const resource = policy(deny('AllBut', { NotPrincipal: { AWS: ROLE } }));
    expect(decide({ identity, resource })).toBe('allow: Mine');
    expect(decide({ identity, resource, boundary: policy(allow('Boundary')) })).toBe('explicit-deny: AllBut');
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
describe('a role of another account', () => {
  const foreign = request({ caller: role(THEIRS) }, { 'aws:PrincipalAccount': THEIRS });
  const identity = policy(allow('Admin', { Action: '*' }));
  it('needs both sides', () => {
    expect(decide({ identity }, foreign)).toBe('implicit-deny: resource');
    const account = { Principal: { AWS: THEIRS } };
    expect(decide({ resource: policy(allow('Share', account)) }, foreign)).toBe('implicit-deny: identity');
    expect(decide({ identity, resource: policy(allow('Share', account)) }, foreign)).toBe(
      'allow: Admin Share',
    );
    expect(decide({ identity, resource: policy(allow('Public', everyone)) }, foreign)).toBe(
      'allow: Admin Public',
    );
  });
});

// https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
describe('a KMS key', () => {
  const asked = request({ action: 'kms:Decrypt', resource: KEY });
  const rules = { resourcePolicyRules: true };
  const decrypt = { Action: 'kms:Decrypt' };
  const identity = policy(allow('Mine', decrypt));
  it('ignores identity policies unless its key policy names the account', () => {
    expect(decide({ ...rules, identity, resource: [] }, asked)).toBe('implicit-deny: resource');
    const delegated = policy(allow('Account', { ...decrypt, ...theAccount }));
    expect(decide({ ...rules, identity, resource: delegated }, asked)).toBe('allow: Mine Account');
    expect(decide({ ...rules, resource: delegated }, asked)).toBe('implicit-deny: identity');
  });
  it('may be used by a role that the key policy names, without an identity policy', () => {
    expect(decide({ ...rules, resource: policy(allow('Direct', { ...decrypt, ...theRole })) }, asked)).toBe(
      'allow: Direct',
    );
  });
  it('obeys the conditions of the delegation', () => {
    const onlyS3 = { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } };
    const resource = policy(allow('Account', { ...decrypt, ...theAccount, Condition: onlyS3 }));
    expect(decide({ ...rules, identity, resource }, asked)).toBe('implicit-deny: resource');
    const via = request(asked, { 'kms:ViaService': 's3.us-east-1.amazonaws.com' });
    expect(decide({ ...rules, identity, resource }, via)).toBe('allow: Mine Account');
  });
});

// https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
describe('a request through an endpoint', () => {
  it('needs the endpoint policy as well', () => {
    const identity = policy(allow('Mine'));
    expect(decide({ identity, endpoint: policy(allow('Through', everyone)) })).toBe('allow: Mine');
    expect(
      decide({ identity, endpoint: policy(allow('Through', { ...everyone, Action: 's3:PutObject' })) }),
    ).toBe('implicit-deny: endpoint');
    expect(decide({ endpoint: policy(allow('Through', everyone)) })).toBe('implicit-deny: identity');
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
describe('an AWS service and an anonymous caller', () => {
  const service = request(
    { caller: { kind: 'service', service: 'events.amazonaws.com' } },
    { 'aws:SourceAccount': OURS },
  );
  it('need a resource policy that names them', () => {
    expect(decide({}, service)).toBe('implicit-deny: resource');
    const named = { Principal: { Service: 'events.amazonaws.com' } };
    expect(decide({ resource: policy(allow('Rule', named)) }, service)).toBe('allow: Rule');
    expect(
      decide({ resource: policy(allow('Other', { Principal: { Service: 's3.amazonaws.com' } })) }, service),
    ).toBe('implicit-deny: resource');
    const anonymous = request({ caller: { kind: 'anonymous' } });
    expect(decide({ resource: policy(allow('Account', theAccount)) }, anonymous)).toBe(
      'implicit-deny: resource',
    );
    expect(decide({ resource: policy(allow('Public', everyone)) }, anonymous)).toBe('allow: Public');
  });
  it('are held to the conditions', () => {
    const named = {
      Principal: { Service: 'events.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': OURS } },
    };
    const confused = request({ caller: service.caller }, { 'aws:SourceAccount': THEIRS });
    expect(decide({ resource: policy(allow('Rule', named)) }, service)).toBe('allow: Rule');
    expect(decide({ resource: policy(allow('Rule', named)) }, confused)).toBe('implicit-deny: resource');
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
describe('a policy without the new version', () => {
  const own = allow('Own', { Resource: 'arn:aws:s3:::pictures/${aws:PrincipalAccount}/*' });
  const asked = request({ resource: `arn:aws:s3:::pictures/${OURS}/a.jpg` });
  it.each([
    ['2012-10-17', 'allow: Own'],
    ['2008-10-17', 'implicit-deny: identity'],
    [undefined, 'implicit-deny: identity'],
  ])('knows no variables: %s', (Version, verdict) => {
    const identity = parsePolicy({ Version, Statement: [own] }, 'test');
    expect(decide({ identity }, asked)).toBe(verdict);
  });
  it('of a version that does not exist is an error', () => {
    expect(() => parsePolicy({ Version: '2020-01-01', Statement: [own] }, 'test')).toThrow(PolicyError);
  });
});

describe('in a statement,', () => {
  it.each<[string, Body, string]>([
    [
      'NotAction leaves the named actions out',
      { Action: undefined, NotAction: 's3:Get*' },
      'implicit-deny: identity',
    ],
    ['NotAction covers the others', { Action: undefined, NotAction: 's3:Put*' }, 'allow: Mine'],
    [
      'NotResource leaves the named resources out',
      { Resource: undefined, NotResource: 'arn:aws:s3:::pictures/*' },
      'implicit-deny: identity',
    ],
    [
      'NotResource covers the others',
      { Resource: undefined, NotResource: 'arn:aws:s3:::pictures/cats/*' },
      'allow: Mine',
    ],
    ['actions ignore case', { Action: 'S3:getobject' }, 'allow: Mine'],
    [
      'all conditions must hold',
      {
        Condition: {
          StringEquals: { 'aws:PrincipalAccount': OURS },
          Bool: { 'aws:SecureTransport': 'true' },
        },
      },
      'implicit-deny: identity',
    ],
    ['keys ignore case', { Condition: { StringEquals: { 'AWS:principalaccount': OURS } } }, 'allow: Mine'],
    [
      'policy variables take the value of the request',
      { Resource: 'arn:aws:s3:::pictures/input/${aws:PrincipalAccount}*' },
      'implicit-deny: identity',
    ],
    [
      'a variable without a value matches nothing',
      { Resource: '*${aws:SourceVpc}' },
      'implicit-deny: identity',
    ],
    [
      'a variable may have a default',
      { Resource: "arn:aws:s3:::${aws:SourceVpc, 'pictures'}/*" },
      'allow: Mine',
    ],
  ])('%s', (_name, more, expected) => {
    const body = Object.fromEntries(
      Object.entries(allow('Mine', more)).filter(([, value]) => value !== undefined),
    );
    expect(decide({ identity: policy(body) })).toBe(expected);
  });

  it.each<[string, Body, string]>([
    [
      'an unknown operator',
      { Condition: { DateBetween: { 'aws:CurrentTime': '2030-01-01' } } },
      'unknown-operator',
    ],
    ['an unknown key', { Condition: { StringEquals: { 'aws:Weather': 'rain' } } }, 'unknown-key'],
    ['an unknown service', { Action: 'nosuchservice:*' }, 'unknown-service'],
    ['an unknown element', { Ressource: '*' }, 'unknown-element'],
    ['both Action and NotAction', { NotAction: 's3:*' }, 'malformed-policy'],
  ])('%s is an error', (_name, more, code) => {
    expect(() => policy(allow('Mine', more))).toThrow(expect.objectContaining({ code }) as Error);
  });

  it.each<[string, Body, string]>([
    ['an unknown variable', { Resource: '*${aws:Weather}' }, 'unknown-variable'],
    [
      'a federated principal',
      { Principal: { Federated: 'cognito-identity.amazonaws.com' } },
      'unknown-principal',
    ],
    ['a user', { Principal: { AWS: `arn:aws:iam::${OURS}:user/joe` } }, 'unknown-principal'],
    ['a resource policy without Principal', {}, 'malformed-policy'],
  ])('%s is an error when it bears on the request', (_name, more, code) => {
    expect(() => evaluate(request(), { identity: [], resource: policy(allow('Mine', more)) })).toThrow(
      expect.objectContaining({ code }) as Error,
    );
  });

  it('errors are typed', () => {
    expect(() => policy({ Effect: 'Allow', Resource: '*' })).toThrow(PolicyError);
  });
});
