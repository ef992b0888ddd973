import { type CfnResource, TagManager } from 'aws-cdk-lib';
import { type NagRuleResult, NagRuleCompliance } from 'cdk-nag';
import { asList, asObject, propertiesOf } from './resolved';

const REQUIRED_TAGS = ['Application', 'CostCentre', 'DataClassification', 'Environment', 'Owner'];

/** Every taggable resource says whose it is, what it costs whom, and how sensitive its data is. */
export function RequiredTags(node: CfnResource): NagRuleResult {
  if (TagManager.of(node) === undefined) return NagRuleCompliance.NOT_APPLICABLE;
  const present = new Set(tagNames(propertiesOf(node)));
  const missing = REQUIRED_TAGS.filter((tag) => !present.has(tag));
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
