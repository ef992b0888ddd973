import type { CfnResource } from 'aws-cdk-lib';
import { NagRuleCompliance } from 'cdk-nag';
import { KEYS_OF } from './keys-of';
import { asObject, propertiesOf } from './resolved';

/**
 * Whatever holds data at rest names a customer-managed key; a key owned or managed by AWS has no policy of ours and
 * cannot be taken away. Sees global tables and property overrides, to which the public packs are blind.
 */
export function CustomerManagedKey(node: CfnResource): NagRuleCompliance {
  const keysOf = KEYS_OF[node.cfnResourceType];
  if (keysOf === undefined) return NagRuleCompliance.NOT_APPLICABLE;
  const keys = keysOf(propertiesOf(node));
  return keys.length > 0 && keys.every(isCustomerManaged)
    ? NagRuleCompliance.COMPLIANT
    : NagRuleCompliance.NON_COMPLIANT;
}

const isCustomerManaged = (key: unknown): boolean =>
  typeof key === 'string' ? key !== '' && !/(^|\/)aws\//.test(key) : Object.keys(asObject(key)).length > 0;
