import type { Statement } from '../proofs/iam/statement';

/** The services that an Allow of a resource or trust policy names. */
export function principalsOf({ effect, principals }: Statement): readonly string[] {
  const items = principals?.items;
  return effect !== 'Allow' || items === undefined || items === '*' ? [] : (items.Service ?? []);
}
