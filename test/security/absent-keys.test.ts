import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { releaseStacks } from '../support/stage-templates';

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const FOLDER = path.join(__dirname, '../../policies');
const ofFiles = ['bootstrap', 'endpoints', 'identity', 'keys', 'organization', 'perimeter'].flatMap((room) =>
  readdirSync(path.join(FOLDER, room))
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => {
      const { Statement = [] } = JSON.parse(readFileSync(path.join(FOLDER, room, file), 'utf8')) as {
        Statement?: Statement[];
      };
      return Statement.map((statement) => [`${room}/${file}`, statement] as const);
    }),
);

/** Every statement in a template, wherever it stands. */
function statementsIn(value: unknown): Statement[] {
  if (Array.isArray(value)) return value.flatMap(statementsIn);
  if (typeof value !== 'object' || value === null) return [];
  const own = 'Effect' in value && ('Action' in value || 'NotAction' in value) ? [value as Statement] : [];
  return [...own, ...Object.values(value).flatMap(statementsIn)];
}
const ofTemplates = releaseStacks().flatMap(({ stackName, template }) =>
  statementsIn(template).map((statement) => [stackName, statement] as const),
);

interface Asked {
  readonly where: string;
  readonly sid: string;
  readonly effect: string;
  readonly operator: string;
  readonly key: string;
}
const asked = [...ofFiles, ...ofTemplates].flatMap(([where, { Sid = '?', Effect, Condition = {} }]) =>
  Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.keys(keys).map((key): Asked => ({ where, sid: Sid, effect: Effect, operator, key })),
  ),
);
const told = (list: readonly Asked[]): string[] => [
  ...new Set(list.map(({ sid, operator, key }) => `${sid}: ${operator} ${key}`)),
];

/**
 * A negated operator holds when its key is absent, and one with `IfExists` does as well: an Allow by it lets in whoever
 * brings no key, a Deny by it refuses him, which is safe.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
const NEGATED = /Not(?:Equals|Like|IpAddress)|^NotIp/;

/** Keys that AWS sends with every signed request, or with every request to the service that the statement is of. */
const ALWAYS: readonly RegExp[] = [
  /^aws:(?:SecureTransport|RequestedRegion|PrincipalArn|PrincipalIsAWSService|PrincipalAccount|ViaAWSService)$/i,
  /^s3:(?:TlsVersion|authType|signatureAge)$/i,
];

/**
 * Denials by an operator that does not hold when its key is absent, on a key that may be: each with why it is safe that
 * such a request passes.
 */
const MAY_BE_ABSENT: Readonly<Record<string, string>> = {
  NoPublicObjects:
    'without the key no canned ACL is asked for; grants by header meet the bucket’s own block of public ACLs',
  NoPublicFunctions: 'lambda:AddPermission does not take a request without its principal',
  CodeMakesNoPlatformCalls: 'without the key it is Lambda that calls: that is whom the statement spares',
  EachNameOnce: 'S3 sends it with each request that writes an object, and not with the parts of one',
};

describe('a condition on a key that a request may not bring', () => {
  it('is asked of many statements', () => {
    expect(asked.length).toBeGreaterThan(200);
  });
  it('lets nobody in because the key is absent', () => {
    expect(
      told(asked.filter(({ effect, operator }) => effect === 'Allow' && NEGATED.test(operator))),
    ).toEqual([]);
  });
  it('refuses, where it is to refuse, whoever does not bring it', () => {
    const positive = asked.filter(
      ({ effect, operator, key, sid }) =>
        effect === 'Deny' &&
        !NEGATED.test(operator) &&
        !/IfExists$|^Null$/.test(operator) &&
        !ALWAYS.some((known) => known.test(key)) &&
        !(sid in MAY_BE_ABSENT),
    );
    expect(told(positive)).toEqual([]);
    const used = new Set(asked.map(({ sid }) => sid));
    expect(Object.keys(MAY_BE_ABSENT).filter((sid) => !used.has(sid))).toEqual([]);
  });
});
