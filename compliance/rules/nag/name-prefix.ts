import type { CfnResource } from 'aws-cdk-lib';
import { NagRuleCompliance } from 'cdk-nag';
import { asObject, propertiesOf } from './resolved';

/** The property that names a resource of each kind. */
const NAME_OF: Readonly<Record<string, string>> = {
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::StepFunctions::StateMachine': 'StateMachineName',
  'AWS::SecretsManager::Secret': 'Name',
  'AWS::CloudTrail::Trail': 'TrailName',
  'AWS::Backup::BackupVault': 'BackupVaultName',
  'AWS::WAFv2::WebACL': 'Name',
  'AWS::ApiGateway::RestApi': 'Name',
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::Events::Rule': 'Name',
};

/** Resources are named by a team's pattern; names, not references, are what policies and ARNs are made of. */
export function evaluateName(node: CfnResource, pattern: string | undefined): NagRuleCompliance {
  const property = NAME_OF[node.cfnResourceType];
  if (property === undefined || pattern === undefined) return NagRuleCompliance.NOT_APPLICABLE;
  const name = asObject(propertiesOf(node))[property];
  return typeof name === 'string' && new RegExp(pattern).test(name)
    ? NagRuleCompliance.COMPLIANT
    : NagRuleCompliance.NON_COMPLIANT;
}
