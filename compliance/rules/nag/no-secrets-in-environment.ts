import type { CfnResource } from 'aws-cdk-lib';
import { type NagRuleResult, NagRuleCompliance } from 'cdk-nag';
import { asObject, propertiesOf } from './resolved';

/** Access key ids, private keys, tokens of well-known issuers, and dynamic references that would resolve to a secret. */
const SECRET_VALUE =
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----|\bgh[pousr]_\w{30,}|\bxox[abp]-|\{\{resolve:(secretsmanager|ssm-secure):/;
const SECRET_NAME = /(PASSWORD|PASSWD|PRIVATE_KEY|ACCESS_KEY|API_KEY|TOKEN)$/i;

/**
 * A function's environment can be read by whoever may read its configuration: it holds names of secrets, never values.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function NoSecretsInEnvironment(node: CfnResource): NagRuleResult {
  if (node.cfnResourceType !== 'AWS::Lambda::Function') return NagRuleCompliance.NOT_APPLICABLE;
  const variables = asObject(asObject(propertiesOf(node)['Environment'])['Variables']);
  const findings = Object.entries(variables)
    .filter(
      ([name, value]) => SECRET_VALUE.test(JSON.stringify(value)) || (SECRET_NAME.test(name) && value !== ''),
    )
    .map(([name]) => name);
  return findings.length === 0 ? NagRuleCompliance.COMPLIANT : findings;
}
