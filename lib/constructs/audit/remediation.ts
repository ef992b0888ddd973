import { CfnRemediationConfiguration } from 'aws-cdk-lib/aws-config';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { REMEDIATIONS } from '../../audit/config-rules';
import type { Names } from '../../names';
import { ServiceRole } from '../iam/service-role';
import type { ConfigurationRules } from './configuration-rules';

export interface RemediationProps {
  readonly names: Names;
  readonly rules: ConfigurationRules;
}

/**
 * Repairs that are safe to make without a person: closing the default security group, which CloudFormation cannot, and
 * blocking public access of a bucket.
 */
export class Remediation extends Construct {
  constructor(scope: Construct, id: string, { names, rules }: RemediationProps) {
    super(scope, id);
    const { role, policy } = new ServiceRole(this, 'Role', {
      names,
      purpose: 'remediation',
      description: 'Systems Manager repairs what AWS Config found',
      service: 'ssm.amazonaws.com',
      sourceArn: names.arn('ssm', 'automation-execution/*'),
      statements: [
        // The runbooks are of a family whose role starts and follows an automation itself.
        // https://docs.aws.amazon.com/systems-manager-automation-runbooks/latest/userguide/automation-aws-remove-default-secg-rules.html
        new PolicyStatement({
          sid: 'RunAutomation',
          actions: ['ssm:GetAutomationExecution', 'ssm:StartAutomationExecution'],
          resources: [
            `arn:aws:ssm:${names.region}::automation-definition/AWSConfigRemediation-*`,
            names.arn('ssm', 'automation-execution/*'),
          ],
        }),
        // Describing groups knows no narrower resource.
        new PolicyStatement({ sid: 'FindGroup', actions: ['ec2:DescribeSecurityGroups'], resources: ['*'] }),
        new PolicyStatement({
          sid: 'CloseGroup',
          actions: ['ec2:RevokeSecurityGroupEgress', 'ec2:RevokeSecurityGroupIngress'],
          resources: [names.arn('ec2', 'security-group/*')],
        }),
        new PolicyStatement({
          sid: 'CloseBucket',
          actions: ['s3:GetBucketPublicAccessBlock', 's3:PutBucketPublicAccessBlock'],
          resources: [names.bucketArn(`${names.prefix}-*`)],
        }),
      ],
    });
    for (const { ruleId, document, resourceParameter } of REMEDIATIONS) {
      const rule = rules.rule(ruleId);
      const remediation = new CfnRemediationConfiguration(this, ruleId, {
        configRuleName: rule.ref,
        targetType: 'SSM_DOCUMENT',
        targetId: document,
        automatic: true,
        maximumAutomaticAttempts: 3,
        retryAttemptSeconds: 300,
        parameters: {
          AutomationAssumeRole: { StaticValue: { Values: [role.roleArn] } },
          [resourceParameter]: { ResourceValue: { Value: 'RESOURCE_ID' } },
        },
      });
      remediation.node.addDependency(policy);
    }
  }
}
