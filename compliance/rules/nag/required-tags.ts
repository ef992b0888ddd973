import { type CfnResource, TagManager } from 'aws-cdk-lib';
import { type NagRuleResult, NagRuleCompliance } from 'cdk-nag';
import { asList, asObject, propertiesOf } from './resolved';

/** Every taggable resource carries the tags that a team asks for; without any the rule asks nothing. */
export function evaluateTags(node: CfnResource, required: readonly string[]): NagRuleResult {
  if (required.length === 0 || TagManager.of(node) === undefined) return NagRuleCompliance.NOT_APPLICABLE;
  const present = new Set(tagNames(propertiesOf(node)));
  const missing = required.filter((tag) => !present.has(tag));
  return missing.length === 0 ? NagRuleCompliance.COMPLIANT : missing;
}

/** Tags stand as a list, as a map, or once a replica (global tables). */
function tagNames(properties: Record<string, unknown>): string[] {
  for (const name of Object.keys(properties).filter((key) => key.endsWith('Tags'))) {
    const tags = properties[name];
    return Array.isArray(tags)
      ? tags.map((tag) => String(asObject(tag)['Key']))
      : Object.keys(asObject(tags));
  }
  return asList(properties['Replicas']).flatMap((replica) => tagNames(asObject(replica)));
}
