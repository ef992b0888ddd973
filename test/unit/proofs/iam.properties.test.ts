import { array, constantFrom, assert as holds, option, property, record } from 'fast-check';
import { evaluate, type Policies } from '../../../compliance/rules/proofs/iam/evaluate';
import { contextOf, type Request } from '../../../compliance/rules/proofs/iam/request';
import { parsePolicy } from '../../../compliance/rules/proofs/iam/statement';

const ACCOUNTS = ['111122223333', '999900001111'] as const;
const roleOf = (account: string) => `arn:aws:iam::${account}:role/reader`;
const condition = constantFrom(
  undefined,
  { StringNotEqualsIfExists: { 'aws:SourceVpce': 'vpce-ours' } },
  { Bool: { 'aws:SecureTransport': 'false' } },
  { ArnLike: { 'aws:PrincipalArn': roleOf(ACCOUNTS[0]) } },
  { Null: { 'aws:SourceVpce': 'true' } },
);
const statement = record({
  Effect: constantFrom('Allow', 'Deny'),
  Action: constantFrom('s3:*', 's3:GetObject', '*', 'sqs:*'),
  Resource: constantFrom('*', 'arn:aws:s3:::pictures/input/*', 'arn:aws:s3:::other/*'),
  Condition: condition,
});
const principal = constantFrom('*', { AWS: roleOf(ACCOUNTS[0]) }, { AWS: ACCOUNTS[0] }, { AWS: ACCOUNTS[1] });
const withPrincipal = record({ body: statement, Principal: principal }).map(({ body, Principal }) => ({
  ...body,
  Principal,
}));
type Body = { Effect: string; Condition?: object | undefined };

const request = record({
  account: constantFrom(...ACCOUNTS),
  vpce: option(constantFrom('vpce-ours', 'vpce-theirs'), { nil: undefined }),
  tls: constantFrom('true', 'false'),
}).map(({ account, vpce, tls }): Request => ({
  caller: { kind: 'role', arn: roleOf(account), account },
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::pictures/input/a.jpg',
  resourceAccount: ACCOUNTS[0],
  context: contextOf({
    'aws:PrincipalArn': roleOf(account),
    'aws:SourceVpce': vpce,
    'aws:SecureTransport': tls,
  }),
}));
const set = record({
  identity: array(statement, { maxLength: 3 }),
  boundary: option(array(statement, { maxLength: 2 }), { nil: undefined }),
  resource: array(withPrincipal, { maxLength: 3 }),
  endpoint: option(array(withPrincipal, { maxLength: 2 }), { nil: undefined }),
});
type Kind = 'identity' | 'boundary' | 'resource' | 'endpoint';
type Bodies = Record<Kind, Body[] | undefined>;

const read = (bodies: Body[] | undefined) =>
  bodies &&
  parsePolicy(
    { Statement: bodies.map(({ Condition, ...rest }) => (Condition ? { ...rest, Condition } : rest)) },
    'test',
  );
const policies = (bodies: Bodies): Policies => ({
  identity: read(bodies.identity) ?? [],
  boundary: read(bodies.boundary),
  resource: read(bodies.resource),
  endpoint: read(bodies.endpoint),
});
const allowed = (asked: Request, bodies: Bodies): boolean =>
  evaluate(asked, policies(bodies)).decision === 'allow';
/** The same policies with one more statement where there is a policy of that kind. */
const plus = (bodies: Bodies, kind: Kind, body: Body): Bodies => ({
  ...bodies,
  [kind]: bodies[kind] && [...bodies[kind], body],
});

describe('the evaluator is monotone', () => {
  it('one more Allow never takes anything away', () => {
    holds(
      property(request, set, statement, withPrincipal, (asked, bodies, own, other) => {
        if (!allowed(asked, bodies)) return true;
        return (['identity', 'boundary', 'resource', 'endpoint'] as const).every((kind) =>
          allowed(
            asked,
            plus(bodies, kind, {
              ...(kind === 'identity' || kind === 'boundary' ? own : other),
              Effect: 'Allow',
            }),
          ),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('one more Deny never grants anything', () => {
    holds(
      property(request, set, statement, withPrincipal, (asked, bodies, own, other) => {
        if (allowed(asked, bodies)) return true;
        return (['identity', 'boundary', 'resource', 'endpoint'] as const).every(
          (kind) =>
            !allowed(
              asked,
              plus(bodies, kind, {
                ...(kind === 'identity' || kind === 'boundary' ? own : other),
                Effect: 'Deny',
              }),
            ),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('without any Allow nothing is allowed', () => {
    holds(
      property(request, set, (asked, bodies) => {
        const noAllow = Object.fromEntries(
          Object.entries(bodies).map(([kind, list]) => [
            kind,
            list?.filter((body) => body.Effect === 'Deny'),
          ]),
        ) as Bodies;
        return !allowed(asked, noAllow);
      }),
    );
  });
});
