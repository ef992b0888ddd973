import type { Resource } from './resource';

/** ARN of something in the account and region of a resource. */
export const arnBeside = ({ region, account }: Resource, service: string, name: string): string =>
  `arn:aws:${service}:${region}:${account}:${name}`;

const regional = (service: string, name: string) => (r: Resource) => arnBeside(r, service, name);

/** The name a resource has, or stands for itself when AWS makes one up: such a name equals nothing else. */
const named = (property: string) => (r: Resource) => r.optionalText(property) ?? r.path;

interface Identifiers {
  /** What `Ref` returns. */
  readonly ref: (resource: Resource) => string;
  /** What `Fn::GetAtt` returns, per attribute. */
  readonly attributes: Readonly<Record<string, (resource: Resource) => string>>;
}

const opaque = (r: Resource): string => r.path;
const only =
  (attribute: string, value: (r: Resource) => string) =>
  (ref: (r: Resource) => string): Identifiers => ({ ref, attributes: { [attribute]: value } });

const bucketName = named('BucketName');
const tableName = named('TableName');
const queueName = named('QueueName');
const functionName = named('FunctionName');
const roleName = named('RoleName');
const tableAttributes = {
  Arn: (r: Resource) => regional('dynamodb', `table/${tableName(r)}`)(r),
  StreamArn: (r: Resource) => regional('dynamodb', `table/${tableName(r)}/stream/LATEST`)(r),
};
const groupName = named('LogGroupName');
const topicArn = (r: Resource) => regional('sns', named('TopicName')(r))(r);
const machineName = named('StateMachineName');
const machineArn = (r: Resource) => regional('states', `stateMachine:${machineName(r)}`)(r);
const secretArn = (r: Resource) => regional('secretsmanager', `secret:${named('Name')(r)}-AbCdEf`)(r);
const trailName = named('TrailName');
const managedPolicyArn = (r: Resource) => `arn:aws:iam::${r.account}:policy/${named('ManagedPolicyName')(r)}`;

/**
 * What `Ref` and `Fn::GetAtt` return, for the types whose identifiers the proofs compare. Ids that AWS assigns are
 * opaque tokens (`STACK/LOGICAL-ID`): they equal themselves and nothing else.
 * Source: the "Return values" section of each type in the CloudFormation template reference.
 */
export const IDENTIFIERS: Readonly<Record<string, Identifiers>> = {
  'AWS::S3::Bucket': {
    ref: bucketName,
    attributes: {
      Arn: (r) => `arn:aws:s3:::${bucketName(r)}`,
      RegionalDomainName: (r) => `${bucketName(r)}.s3.${r.region}.amazonaws.com`,
      DomainName: (r) => `${bucketName(r)}.s3.amazonaws.com`,
    },
  },
  'AWS::DynamoDB::Table': { ref: tableName, attributes: tableAttributes },
  'AWS::DynamoDB::GlobalTable': { ref: tableName, attributes: tableAttributes },
  'AWS::SQS::Queue': {
    ref: (r) => `https://sqs.${r.region}.amazonaws.com/${r.account}/${queueName(r)}`,
    attributes: { Arn: (r) => regional('sqs', queueName(r))(r), QueueName: queueName },
  },
  'AWS::SNS::Topic': {
    ref: topicArn,
    attributes: { TopicArn: topicArn, TopicName: named('TopicName') },
  },
  'AWS::KMS::Key': {
    ref: opaque,
    attributes: { Arn: (r) => regional('kms', `key/${r.path}`)(r), KeyId: opaque },
  },
  'AWS::KMS::Alias': only('TargetKeyId', opaque)((r) => r.text('AliasName')),
  'AWS::Lambda::Function': {
    ref: functionName,
    attributes: { Arn: (r) => regional('lambda', `function:${functionName(r)}`)(r) },
  },
  'AWS::Lambda::Version': {
    ref: (r) => regional('lambda', `function:${r.text('FunctionName')}:${r.path}`)(r),
    attributes: { Version: opaque },
  },
  'AWS::Lambda::Alias': {
    ref: (r) => {
      const target = r.text('FunctionName');
      const arn = target.startsWith('arn:') ? target : regional('lambda', `function:${target}`)(r);
      return `${arn}:${r.text('Name')}`;
    },
    attributes: {},
  },
  'AWS::IAM::Role': {
    ref: roleName,
    attributes: {
      Arn: (r) => `arn:aws:iam::${r.account}:role${r.optionalText('Path') ?? '/'}${roleName(r)}`,
      RoleId: opaque,
    },
  },
  'AWS::IAM::ManagedPolicy': { ref: managedPolicyArn, attributes: { PolicyArn: managedPolicyArn } },
  'AWS::StepFunctions::StateMachine': {
    ref: machineArn,
    attributes: { Arn: machineArn, Name: machineName, StateMachineRevisionId: opaque },
  },
  'AWS::StepFunctions::StateMachineVersion': {
    ref: (r) => `${r.text('StateMachineArn')}:${r.path}`,
    attributes: { Arn: (r) => `${r.text('StateMachineArn')}:${r.path}` },
  },
  'AWS::StepFunctions::StateMachineAlias': {
    ref: (r) => r.path,
    attributes: { Arn: opaque },
  },
  'AWS::SecretsManager::Secret': { ref: secretArn, attributes: { Id: secretArn } },
  'AWS::Logs::LogGroup': {
    ref: groupName,
    attributes: {
      Arn: (r) => regional('logs', `log-group:${groupName(r)}:*`)(r),
    },
  },
  // EventBridge appends an id of its own.
  'AWS::Events::Connection': {
    ref: named('Name'),
    attributes: { Arn: (r) => regional('events', `connection/${named('Name')(r)}/0f8fad5b`)(r) },
  },
  'AWS::Events::Rule': {
    ref: named('Name'),
    attributes: { Arn: (r) => regional('events', `rule/${named('Name')(r)}`)(r) },
  },
  'AWS::CloudTrail::Trail': {
    ref: trailName,
    attributes: { Arn: (r) => regional('cloudtrail', `trail/${trailName(r)}`)(r) },
  },
  'AWS::SSM::Parameter': only('Value', (r) => r.text('Value'))(named('Name')),
  'AWS::EC2::VPC': {
    ref: opaque,
    attributes: {
      VpcId: opaque,
      CidrBlock: (r) => r.text('CidrBlock'),
      DefaultSecurityGroup: (r) => `${r.path}/default-security-group`,
      DefaultNetworkAcl: (r) => `${r.path}/default-network-acl`,
    },
  },
  'AWS::EC2::SecurityGroup': {
    ref: opaque,
    attributes: { GroupId: opaque, Id: opaque, VpcId: (r) => r.text('VpcId') },
  },
  'AWS::EC2::Subnet': {
    ref: opaque,
    attributes: { SubnetId: opaque, AvailabilityZone: (r) => r.text('AvailabilityZone') },
  },
  'AWS::EC2::NetworkAcl': { ref: opaque, attributes: { Id: opaque } },
  'AWS::EC2::RouteTable': { ref: opaque, attributes: { RouteTableId: opaque } },
  'AWS::EC2::PrefixList': { ref: opaque, attributes: { PrefixListId: opaque } },
  'AWS::EC2::TransitGateway': { ref: opaque, attributes: { Id: opaque } },
  'AWS::EC2::NatGateway': { ref: opaque, attributes: { NatGatewayId: opaque } },
  'AWS::EC2::InternetGateway': { ref: opaque, attributes: { InternetGatewayId: opaque } },
  'AWS::EC2::VPCEndpoint': { ref: opaque, attributes: { Id: opaque } },
  'AWS::Route53Resolver::FirewallDomainList': { ref: opaque, attributes: { Id: opaque } },
  'AWS::Route53Resolver::FirewallRuleGroup': { ref: opaque, attributes: { Id: opaque } },
  'AWS::ApiGateway::RestApi': { ref: opaque, attributes: { RestApiId: opaque, RootResourceId: opaque } },
  'AWS::ApiGateway::Stage': { ref: named('StageName'), attributes: {} },
  'AWS::Scheduler::Schedule': {
    ref: named('Name'),
    attributes: { Arn: (r) => regional('scheduler', `schedule/default/${named('Name')(r)}`)(r) },
  },
  'AWS::Backup::BackupVault': {
    ref: named('BackupVaultName'),
    attributes: {
      BackupVaultArn: (r) => regional('backup', `backup-vault:${named('BackupVaultName')(r)}`)(r),
      BackupVaultName: named('BackupVaultName'),
    },
  },
  'AWS::Backup::BackupPlan': { ref: opaque, attributes: { BackupPlanId: opaque } },
  'AWS::Route53Resolver::ResolverQueryLoggingConfig': { ref: opaque, attributes: { Id: opaque } },
  'AWS::WAFv2::WebACL': {
    ref: (r) => `${r.text('Name')}|${r.path}|REGIONAL`,
    attributes: { Arn: (r) => regional('wafv2', `regional/webacl/${r.text('Name')}/${r.path}`)(r) },
  },
  'AWS::CloudWatch::Alarm': {
    ref: named('AlarmName'),
    attributes: { Arn: (r) => regional('cloudwatch', `alarm:${named('AlarmName')(r)}`)(r) },
  },
};
