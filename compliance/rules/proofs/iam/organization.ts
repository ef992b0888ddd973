import type { PolicyInventory } from './inventory';
import type { Statement } from './statement';

/** The organisation of the account that stands for all others. */
export const FOREIGN_ORGANIZATION = 'o-somebodyelses0';

const OF_MEMBERS = new Set(['aws:principalorgid', 'aws:resourceorgid', 'aws:sourceorgid']);

/**
 * The organisation whose strangers the templates' policies deny: AWS sends `aws:PrincipalOrgID` with every request of a
 * member's principal, so that such a statement keeps nobody of the account out. Policies that name several
 * organisations, or none, do not say which is the account's own.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgid
 */
export function organizationOf({ roles, resourcePolicies, endpoints }: PolicyInventory): string | undefined {
  const statements: readonly Statement[] = [
    ...roles.flatMap(({ trust, identity, boundary = [] }) => [...trust, ...identity, ...boundary]),
    ...resourcePolicies.flatMap((policy) => policy.statements),
    ...[...endpoints.values()].flatMap((policy) => policy.statements),
  ];
  const named = new Set(
    statements
      .filter(({ effect }) => effect === 'Deny')
      .flatMap(({ conditions }) => conditions)
      .filter(({ key }) => OF_MEMBERS.has(key.toLowerCase()))
      .flatMap(({ values }) => values)
      .filter((value) => /^o-[a-z0-9]{10,32}$/.test(value)),
  );
  return named.size === 1 ? [...named][0] : undefined;
}
