import { dig } from '../proofs/model/dig';
import type { Check } from './check';

/** The five tags of every taggable resource. */
export const REQUIRED_TAGS = [
  'Application',
  'CostCentre',
  'DataClassification',
  'Environment',
  'Owner',
] as const;

/** Types that take tags, and the property that holds them where it is not `Tags`. */
const TAGGED: Readonly<Record<string, string>> = {
  'AWS::ApiGateway::ApiKey': 'Tags',
  'AWS::ApiGateway::RestApi': 'Tags',
  'AWS::ApiGateway::Stage': 'Tags',
  'AWS::ApiGateway::UsagePlan': 'Tags',
  'AWS::Backup::BackupPlan': 'BackupPlanTags',
  'AWS::Backup::BackupVault': 'BackupVaultTags',
  'AWS::CloudTrail::Trail': 'Tags',
  'AWS::AccessAnalyzer::Analyzer': 'Tags',
  'AWS::CloudWatch::Alarm': 'Tags',
  'AWS::CloudWatch::CompositeAlarm': 'Tags',
  'AWS::CloudWatch::Dashboard': 'Tags',
  'AWS::CodeDeploy::Application': 'Tags',
  'AWS::CodeDeploy::DeploymentGroup': 'Tags',
  'AWS::Config::ConformancePack': 'Tags',
  'AWS::EC2::FlowLog': 'Tags',
  'AWS::EC2::RouteTable': 'Tags',
  'AWS::EC2::SecurityGroup': 'Tags',
  'AWS::EC2::Subnet': 'Tags',
  'AWS::EC2::VPC': 'Tags',
  'AWS::EC2::VPCEndpoint': 'Tags',
  'AWS::Events::Rule': 'Tags',
  'AWS::IAM::Role': 'Tags',
  'AWS::KMS::Key': 'Tags',
  'AWS::Lambda::EventSourceMapping': 'Tags',
  'AWS::Lambda::Function': 'Tags',
  'AWS::Logs::LogGroup': 'Tags',
  'AWS::Route53Resolver::FirewallDomainList': 'Tags',
  'AWS::Route53Resolver::FirewallRuleGroup': 'Tags',
  'AWS::Route53Resolver::FirewallRuleGroupAssociation': 'Tags',
  'AWS::Route53Resolver::ResolverQueryLoggingConfig': 'Tags',
  'AWS::S3::Bucket': 'Tags',
  'AWS::Scheduler::ScheduleGroup': 'Tags',
  'AWS::SNS::Topic': 'Tags',
  'AWS::SQS::Queue': 'Tags',
  'AWS::SSM::Parameter': 'Tags',
  'AWS::SecretsManager::Secret': 'Tags',
  'AWS::StepFunctions::StateMachine': 'Tags',
  'AWS::WAFv2::WebACL': 'Tags',
};

const keysOf = (tags: unknown): string[] =>
  Array.isArray(tags) ? tags.map((tag) => String(dig(tag, 'Key'))) : Object.keys(tags ?? {});

const tagsOf = (replicas: readonly unknown[]): unknown => dig(replicas, 0, 'Tags');

/** Who owns what, and how sensitive it is. */
export const TAG_CHECKS: readonly Check[] = [
  {
    id: 'tags',
    title: 'Every taggable resource says whose it is and how sensitive.',
    controls: ['NIST-800-53-R5:cm-8', 'NIST-800-53-R5:ac-16', 'SOC2:cc_6_1'],
    types: [...Object.keys(TAGGED), 'AWS::DynamoDB::GlobalTable'],
    evaluate: (r) => {
      const tags =
        r.type === 'AWS::DynamoDB::GlobalTable'
          ? tagsOf(r.list('Replicas'))
          : r.property(TAGGED[r.type] ?? 'Tags');
      const present = keysOf(tags);
      return REQUIRED_TAGS.filter((tag) => !present.includes(tag)).map((tag) => `the tag ${tag} is missing`);
    },
  },
];
