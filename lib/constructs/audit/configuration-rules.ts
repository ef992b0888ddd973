import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CfnConfigRule } from 'aws-cdk-lib/aws-config';
import { Construct } from 'constructs';
import {
  APPLICATION_RULES,
  CUSTOM_RULES,
  type CustomConfigRule,
  type ManagedConfigRule,
} from '../../audit/config-rules';
import type { Names } from '../../names';

const CONFIG_RULES = path.resolve(__dirname, '..', '..', '..', 'policies', 'config-rules');
/** The Guard version that AWS Config speaks. https://docs.aws.amazon.com/config/latest/developerguide/evaluate-config_develop-rules_cfn-guard.html */
const POLICY_RUNTIME = 'guard-2.x.x';

export interface ConfigurationRulesProps {
  readonly names: Names;
}

/** The rules by which AWS Config holds the running system to what we claim. */
export class ConfigurationRules extends Construct {
  private readonly rules = new Map<string, CfnConfigRule>();

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ConfigurationRulesProps,
  ) {
    super(scope, id);
    for (const rule of APPLICATION_RULES) this.rules.set(rule.id, this.managed(rule));
    for (const rule of CUSTOM_RULES) this.rules.set(rule.id, this.custom(rule));
  }

  /** @throws RangeError when there is no such rule. */
  rule(id: string): CfnConfigRule {
    const found = this.rules.get(id);
    if (found === undefined) throw new RangeError(`There is no AWS Config rule ${id}.`);
    return found;
  }

  private managed({ id, identifier, claim, parameters }: ManagedConfigRule): CfnConfigRule {
    return new CfnConfigRule(this, id, {
      configRuleName: this.props.names.of(id),
      description: claim,
      source: { owner: 'AWS', sourceIdentifier: identifier },
      ...(parameters === undefined ? {} : { inputParameters: parameters }),
    });
  }

  private custom({ id, resourceType, claim }: CustomConfigRule): CfnConfigRule {
    return new CfnConfigRule(this, id, {
      configRuleName: this.props.names.of(id),
      description: claim,
      scope: { complianceResourceTypes: [resourceType] },
      source: {
        owner: 'CUSTOM_POLICY',
        sourceDetails: [
          { eventSource: 'aws.config', messageType: 'ConfigurationItemChangeNotification' },
          { eventSource: 'aws.config', messageType: 'OversizedConfigurationItemChangeNotification' },
        ],
        customPolicyDetails: {
          policyRuntime: POLICY_RUNTIME,
          policyText: readFileSync(path.join(CONFIG_RULES, `${id}.guard`), 'utf8'),
          enableDebugLogDelivery: false,
        },
      },
    });
  }
}
