import type { CfnResource } from 'aws-cdk-lib';
import { NagRuleCompliance } from 'cdk-nag';
import { asObject, logicalIdOf, propertiesOf, referencesIn, siblingsOfType, statementsOf } from './resolved';

/** Where the resource policy of each store stands: in a resource of its own, or in the store itself. */
const POLICY_OF: Readonly<Record<string, { type: string; document: string } | 'inline'>> = {
  'AWS::S3::Bucket': { type: 'AWS::S3::BucketPolicy', document: 'PolicyDocument' },
  'AWS::SQS::Queue': { type: 'AWS::SQS::QueuePolicy', document: 'PolicyDocument' },
  'AWS::SNS::Topic': { type: 'AWS::SNS::TopicPolicy', document: 'PolicyDocument' },
  'AWS::SecretsManager::Secret': { type: 'AWS::SecretsManager::ResourcePolicy', document: 'ResourcePolicy' },
  'AWS::DynamoDB::GlobalTable': 'inline',
  'AWS::DynamoDB::Table': 'inline',
};
const PERIMETER_KEYS = new Set([
  'aws:sourcevpce',
  'aws:sourcevpc',
  'aws:principalorgid',
  'aws:principalarn',
  'aws:resourceorgid',
]);

/**
 * A store's resource policy denies what comes neither through our endpoints nor from principals of ours (of our
 * organisation, or exactly named).
 * Source: https://docs.aws.amazon.com/whitepapers/latest/building-a-data-perimeter-on-aws/
 */
export function DataPerimeter(node: CfnResource): NagRuleCompliance {
  const place = POLICY_OF[node.cfnResourceType];
  if (place === undefined) return NagRuleCompliance.NOT_APPLICABLE;
  const denies = policyDocuments(node, place)
    .flatMap(statementsOf)
    .filter(({ effect }) => effect === 'Deny');
  return denies.some(({ conditionKeys }) =>
    conditionKeys.some((key) => PERIMETER_KEYS.has(key.toLowerCase())),
  )
    ? NagRuleCompliance.COMPLIANT
    : NagRuleCompliance.NON_COMPLIANT;
}

function policyDocuments(node: CfnResource, place: { type: string; document: string } | 'inline'): unknown[] {
  const own = propertiesOf(node);
  if (place === 'inline') {
    const replicas = Array.isArray(own['Replicas']) ? own['Replicas'] : [own];
    return replicas.map((replica) => asObject(asObject(replica)['ResourcePolicy'])['PolicyDocument']);
  }
  const id = logicalIdOf(node);
  return siblingsOfType(node, place.type)
    .map(propertiesOf)
    .filter((properties) => {
      const targets = Object.entries(properties).filter(([name]) => name !== place.document);
      return referencesIn(targets).has(id);
    })
    .map((properties) => properties[place.document]);
}
