import { accountsNamed, filled, exampleValue } from './example';
import { contextOf, type Caller } from './request';
import type { Condition, Statement } from './statement';
import { FOREIGN_ACCOUNT } from './targets';
import { globMatches } from './wildcards';

/** Somebody of another account whom a statement may let in, with what his request carries. */
export interface ExternalPrincipal {
  readonly caller: Caller;
  /** How findings name him. */
  readonly name: string;
  readonly context: ReadonlyMap<string, readonly string[]>;
}

/** Keys whose values follow from who asks. */
const OF_CALLER: ReadonlySet<string> = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principaltype',
  'aws:principalisawsservice',
  'aws:principalservicename',
  'aws:viaawsservice',
  'kms:calleraccount',
  'aws:assumedroot',
]);
const MFA = { 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '60' };
const TLS = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };

const ROLE = /^arn:[^:]+:iam::([^:]+):(?:role|user)\/.+$/;

/** Roles of others that an ARN of a policy may mean; its account may be a pattern. */
function rolesBehind(pattern: string, accounts: readonly string[]): { arn: string; account: string }[] {
  const account = ROLE.exec(pattern)?.[1];
  if (account === undefined) return [];
  return accounts
    .filter((id) => globMatches(account, id))
    .map((id) => ({ arn: filled(pattern.replace(`::${account}:`, `::${id}:`)), account: id }));
}

const administratorsOf = (accounts: readonly string[]): { arn: string; account: string }[] =>
  accounts.map((account) => ({ arn: `arn:aws:iam::${account}:role/administrator`, account }));

function contextOfStranger(
  conditions: readonly Condition[],
  caller: { arn: string; account: string } | undefined,
): ReadonlyMap<string, readonly string[]> {
  const free = conditions.filter(({ key }) => !OF_CALLER.has(key));
  return contextOf({
    ...TLS,
    'aws:ViaAWSService': 'false',
    'aws:PrincipalIsAWSService': 'false',
    ...(caller && {
      ...MFA,
      'aws:PrincipalType': 'AssumedRole',
      'aws:PrincipalArn': caller.arn,
      'aws:PrincipalAccount': caller.account,
      'kms:CallerAccount': caller.account,
    }),
    ...Object.fromEntries(free.map((condition) => [condition.key, exampleValue(condition)])),
  });
}

/**
 * The people of other accounts whom an Allow might let in, made from its own words: every account, role, organisation,
 * tag, network and range of addresses that it names is tried by somebody who has it, and a wildcard by an account of
 * which nobody has heard.
 * @param own the accounts of the system, whose roles are evaluated in the closed world.
 */
export function externalPrincipalsOf(statement: Statement, own: ReadonlySet<string>): ExternalPrincipal[] {
  const { principals, conditions } = statement;
  if (statement.effect !== 'Allow' || !principals) return [];
  const items = principals.not || principals.items === '*' ? ['*'] : (principals.items.AWS ?? []);
  if (items.length === 0) return [];
  const accounts = [FOREIGN_ACCOUNT, ...accountsNamed(statement)].filter((id) => !own.has(id));
  const arns = conditions.filter(
    ({ key, operator }) => key === 'aws:principalarn' && operator.operator?.negated === false,
  );
  const byCondition = arns.flatMap(({ values }) => values.flatMap((value) => rolesBehind(value, accounts)));
  const roles =
    arns.length > 0
      ? byCondition
      : [...administratorsOf(accounts), ...items.flatMap((item) => rolesBehind(item, accounts))];
  const people = roles.map((role): ExternalPrincipal => ({
    caller: { kind: 'role', ...role },
    name: `${role.arn} of another account`,
    context: contextOfStranger(conditions, role),
  }));
  if (!items.includes('*')) return people;
  return [
    ...people,
    {
      caller: { kind: 'anonymous' },
      name: 'anybody, unsigned,',
      context: contextOfStranger(conditions, undefined),
    },
  ];
}
