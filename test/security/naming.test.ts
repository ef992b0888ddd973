import {
  mutated,
  ofType,
  STAGES,
  type SynthesizedStage,
  synthesized,
  type TemplateResource,
} from '../support/synthesized-stage';

/** Types that CloudFormation cannot tag; a new one has to be looked up before it may stand here. */
const NOT_TAGGABLE = new Set(
  [
    'ApiGateway::Account ApiGateway::Deployment ApiGateway::GatewayResponse ApiGateway::Method ApiGateway::Model',
    'ApiGateway::RequestValidator ApiGateway::Resource ApiGateway::UsagePlanKey Backup::BackupSelection',
    'CE::AnomalyMonitor CE::AnomalySubscription CloudFormation::GuardHook Config::ConfigRule Config::ConfigurationRecorder',
    'Config::DeliveryChannel Config::RemediationConfiguration EC2::SecurityGroupIngress Events::Connection',
    'EC2::SubnetRouteTableAssociation IAM::ManagedPolicy KMS::Alias Lambda::Alias Lambda::Permission',
    'Lambda::Version Logs::MetricFilter Logs::ResourcePolicy Macie::Session',
    'Route53Resolver::ResolverQueryLoggingConfigAssociation S3::BucketPolicy SNS::Subscription SNS::TopicPolicy',
    'SQS::QueuePolicy Scheduler::Schedule SecretsManager::ResourcePolicy SecurityHub::Standard',
    'StepFunctions::StateMachineAlias StepFunctions::StateMachineVersion WAFv2::LoggingConfiguration',
    'WAFv2::WebACLAssociation',
  ]
    .join(' ')
    .split(' ')
    .map((type) => `AWS::${type}`),
);
const TAG_KEYS = ['Application', 'CostCentre', 'DataClassification', 'Environment', 'Owner'];
const TAG_PROPERTIES: Readonly<Record<string, readonly (string | number)[]>> = {
  'AWS::Backup::BackupPlan': ['BackupPlanTags'],
  'AWS::Backup::BackupVault': ['BackupVaultTags'],
  'AWS::Budgets::Budget': ['ResourceTags'],
  'AWS::CE::AnomalyMonitor': ['ResourceTags'],
  'AWS::CE::AnomalySubscription': ['ResourceTags'],
  'AWS::DynamoDB::GlobalTable': ['Replicas', 0, 'Tags'],
};

const tagKeys = (tags: unknown): string[] =>
  Array.isArray(tags)
    ? (tags as { Key: string }[]).map(({ Key }) => Key)
    : typeof tags === 'object' && tags !== null
      ? Object.keys(tags)
      : [];

/** Every resource that can carry tags carries all five. */
const untagged = (stage: SynthesizedStage): string[] =>
  stage.resources
    .filter(({ Type }) => !NOT_TAGGABLE.has(Type))
    .flatMap((resource) => {
      const keys = tagKeys(valueAt(resource.Properties, ...(TAG_PROPERTIES[resource.Type] ?? ['Tags'])));
      const missing = TAG_KEYS.filter((key) => !keys.includes(key));
      return missing.length === 0 ? [] : [`${where(resource)}: without ${missing.join(', ')}`];
    });

/** Properties that name the resource itself, and how a name may begin. */
const OURS = /^serverlessapp-(dev|staging|prod)-/;
const PATH_OF_OURS = /^\/serverlessapp-(dev|staging|prod)\//;
/** API Gateway alone names the group of its execution logs. */
const LOG_GROUP =
  /^((\/aws\/lambda\/|\/aws\/vendedlogs\/|aws-waf-logs-|\/)serverlessapp-(dev|staging|prod)|API-Gateway-Execution-Logs_)/;
const NAMES: Readonly<Record<string, { readonly property: readonly string[]; readonly begins: RegExp }>> = {
  'AWS::AccessAnalyzer::Analyzer': { property: ['AnalyzerName'], begins: OURS },
  'AWS::ApiGateway::ApiKey': { property: ['Name'], begins: OURS },
  'AWS::ApiGateway::RestApi': { property: ['Name'], begins: OURS },
  'AWS::ApiGateway::UsagePlan': { property: ['UsagePlanName'], begins: OURS },
  'AWS::Backup::BackupPlan': { property: ['BackupPlan', 'BackupPlanName'], begins: OURS },
  'AWS::Backup::BackupVault': { property: ['BackupVaultName'], begins: OURS },
  'AWS::Budgets::Budget': { property: ['Budget', 'BudgetName'], begins: OURS },
  'AWS::CloudTrail::Trail': { property: ['TrailName'], begins: OURS },
  'AWS::CloudWatch::Alarm': { property: ['AlarmName'], begins: OURS },
  'AWS::CloudWatch::CompositeAlarm': { property: ['AlarmName'], begins: OURS },
  'AWS::CloudWatch::Dashboard': { property: ['DashboardName'], begins: OURS },
  'AWS::Config::ConfigRule': { property: ['ConfigRuleName'], begins: OURS },
  'AWS::Config::ConfigurationRecorder': { property: ['Name'], begins: OURS },
  'AWS::Config::ConformancePack': { property: ['ConformancePackName'], begins: OURS },
  'AWS::Config::DeliveryChannel': { property: ['Name'], begins: OURS },
  'AWS::DynamoDB::GlobalTable': { property: ['TableName'], begins: OURS },
  'AWS::EC2::SecurityGroup': { property: ['GroupName'], begins: OURS },
  'AWS::Events::Rule': { property: ['Name'], begins: OURS },
  'AWS::IAM::ManagedPolicy': { property: ['ManagedPolicyName'], begins: OURS },
  'AWS::IAM::Role': { property: ['RoleName'], begins: OURS },
  'AWS::KMS::Alias': { property: ['AliasName'], begins: /^alias\/serverlessapp-/ },
  'AWS::Lambda::Function': { property: ['FunctionName'], begins: OURS },
  'AWS::Logs::LogGroup': { property: ['LogGroupName'], begins: LOG_GROUP },
  'AWS::Logs::MetricFilter': { property: ['FilterName'], begins: OURS },
  'AWS::Logs::ResourcePolicy': { property: ['PolicyName'], begins: OURS },
  'AWS::S3::Bucket': { property: ['BucketName'], begins: OURS },
  'AWS::SNS::Topic': { property: ['TopicName'], begins: OURS },
  'AWS::SQS::Queue': { property: ['QueueName'], begins: OURS },
  'AWS::Scheduler::Schedule': { property: ['Name'], begins: OURS },
  'AWS::Scheduler::ScheduleGroup': { property: ['Name'], begins: OURS },
  'AWS::SecretsManager::Secret': { property: ['Name'], begins: OURS },
  'AWS::StepFunctions::StateMachine': { property: ['StateMachineName'], begins: OURS },
  'AWS::SSM::Parameter': { property: ['Name'], begins: PATH_OF_OURS },
  'AWS::WAFv2::WebACL': { property: ['Name'], begins: OURS },
};

/** The value at a path of keys and indexes, or undefined. */
const valueAt = (node: unknown, ...path: (string | number)[]): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? (value as Record<string | number, unknown>)[key]
        : undefined,
    node,
  );
const where = ({ stack, id, Type }: TemplateResource): string => `${stack}/${id} (${Type})`;

/** A name with references in it, the references left out: what is left must begin as ours do. */
const literal = (name: unknown): string => {
  if (typeof name === 'string') return name;
  const parts = valueAt(name, 'Fn::Join', 1);
  return Array.isArray(parts) && typeof parts[0] === 'string' ? parts[0] : '';
};

/** Every resource that takes a name has one of ours. */
const foreignNames = (stage: SynthesizedStage): string[] =>
  stage.resources.flatMap((resource) => {
    const rule = NAMES[resource.Type];
    if (rule === undefined) return [];
    const name = literal(valueAt(resource.Properties, ...rule.property));
    return rule.begins.test(name) ? [] : [`${where(resource)}: named "${name}"`];
  });

/** Resources without a name of their own show one as a tag. */
const NAMED_BY_TAG = ['AWS::EC2::VPC', 'AWS::EC2::Subnet', 'AWS::EC2::RouteTable', 'AWS::EC2::VPCEndpoint'];
const foreignNameTags = (stage: SynthesizedStage): string[] =>
  NAMED_BY_TAG.flatMap((type) => ofType(stage, type)).flatMap((resource) => {
    const tags = (resource.Properties['Tags'] ?? []) as { Key: string; Value: unknown }[];
    const name = tags.find(({ Key }) => Key === 'Name')?.Value;
    return typeof name === 'string' && OURS.test(name)
      ? []
      : [`${where(resource)}: name tag ${JSON.stringify(name)}`];
  });

describe.each(STAGES)('every resource of %s', (name) => {
  const stage = synthesized(name);
  it('carries the five tags, where AWS can tag it', () => {
    expect(untagged(stage)).toEqual([]);
  });
  it('has a name of ours, where it takes one', () => {
    expect(foreignNames(stage)).toEqual([]);
    expect(foreignNameTags(stage)).toEqual([]);
  });
});

describe('the checks have teeth', () => {
  const dev = synthesized('dev');
  it('a resource without tags is found', () => {
    expect(untagged(mutated(dev, 'AWS::S3::Bucket', (r) => delete r['Tags']))).toHaveLength(1);
  });
  it('a resource that lacks one tag is found', () => {
    const worse = mutated(dev, 'AWS::SQS::Queue', (r) => (r['Tags'] as unknown[]).pop());
    expect(untagged(worse)).toHaveLength(1);
  });
  it('a type that nobody has looked up is found', () => {
    const worse = { ...dev, resources: [{ stack: 'x', id: 'New', Type: 'AWS::New::Thing', Properties: {} }] };
    expect(untagged(worse)).toHaveLength(1);
  });
  it('a generated name is found', () => {
    expect(foreignNames(mutated(dev, 'AWS::S3::Bucket', (r) => delete r['BucketName']))).toHaveLength(1);
  });
  it('a foreign name is found', () => {
    const worse = mutated(dev, 'AWS::SNS::Topic', (r) => (r['TopicName'] = 'alerts'));
    expect(foreignNames(worse)).toHaveLength(1);
  });
  it('a name tag of CDK’s making is found', () => {
    const tags = [{ Key: 'Name', Value: 'Vpc/Isolated1' }];
    expect(foreignNameTags(mutated(dev, 'AWS::EC2::Subnet', (r) => (r['Tags'] = tags)))).toHaveLength(1);
  });
});
