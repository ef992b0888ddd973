import type { CfnResource } from 'aws-cdk-lib';
import { type NagRuleResult, NagRuleCompliance } from 'cdk-nag';
import { isSecretVariable, refersToSecret, secretsIn } from '../proofs/model/secret-text';
import { asObject, propertiesOf } from './resolved';

/** Whether the name alone accuses: a construct does not show whether `…_SECRET` is a secret or the name of one; the check does. */
const isAccused = (name: string): boolean => isSecretVariable(name) && !/secret$/i.test(name);

/** Whether whoever reads the configuration would read a secret in it. */
const showsSecret = (text: string): boolean => refersToSecret(text) || secretsIn(text).length > 0;

/**
 * A function's environment can be read by whoever may read its configuration: it holds names of secrets, never values.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function NoSecretsInEnvironment(node: CfnResource): NagRuleResult {
  if (node.cfnResourceType !== 'AWS::Lambda::Function') return NagRuleCompliance.NOT_APPLICABLE;
  const variables = asObject(asObject(propertiesOf(node)['Environment'])['Variables']);
  const findings = Object.entries(variables)
    .filter(([name, value]) => showsSecret(JSON.stringify(value)) || (isAccused(name) && value !== ''))
    .map(([name]) => name);
  return findings.length === 0 ? NagRuleCompliance.COMPLIANT : findings;
}
