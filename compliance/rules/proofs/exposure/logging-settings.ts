import { dig, listOf } from '../model/dig';
import { isFalse, isTrue, evaluated, present, type Setting, switchedOn, takesLogs, unlike } from './setting';

const ATTRIBUTES = 'LoadBalancerAttributes';

/** Logs that a resource of these types has when a property asks for them. */
const LOGS: readonly (readonly [type: string, path: string])[] = [
  ['AWS::ApiGateway::Stage', 'AccessLogSetting.DestinationArn'],
  ['AWS::ApiGatewayV2::Stage', 'AccessLogSettings.DestinationArn'],
  ['AWS::Redshift::Cluster', 'LoggingProperties.BucketName'],
  ['AWS::AppSync::GraphQLApi', 'LogConfig.FieldLogLevel'],
];

/** What could be recorded and is not. */
export const LOGGING_SETTINGS: readonly Setting[] = [
  ...LOGS.map(([type, path]) => present('notLogging', type, path)),
  // A bucket that takes the logs of others logs no requests of its own: the log would feed on itself.
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html
  evaluated('notLogging', 'AWS::S3::Bucket', (r, set) =>
    takesLogs(r, set) || r.has('LoggingConfiguration') ? [] : ['its requests are not logged'],
  ),
  evaluated('notLogging', 'AWS::CloudTrail::Trail', (r) => [
    ...(isFalse(r.property('IsLogging')) ? ['it does not log'] : []),
    ...(isTrue(r.property('IsMultiRegionTrail')) ? [] : ['it sees one region only']),
    ...(isTrue(r.property('EnableLogFileValidation')) ? [] : ['its files are not validated']),
    ...(isFalse(r.property('IncludeGlobalServiceEvents')) ? ['it does not see global services'] : []),
  ]),
  evaluated('notLogging', 'AWS::CloudTrail::Trail', (r) =>
    r.has('CloudWatchLogsLogGroupArn') ? [] : ['no alarm can see its events'],
  ),
  evaluated('notLogging', 'AWS::ElasticLoadBalancing::LoadBalancer', (r) =>
    isTrue(dig(r.property('AccessLoggingPolicy'), 'Enabled')) ? [] : ['its requests are not logged'],
  ),
  evaluated('notLogging', 'AWS::ElasticLoadBalancingV2::LoadBalancer', (r) =>
    r.property('Type') === 'gateway' ||
    r
      .list(ATTRIBUTES)
      .some((each) => dig(each, 'Key') === 'access_logs.s3.enabled' && isTrue(dig(each, 'Value')))
      ? []
      : ['its requests are not logged'],
  ),
  evaluated('notLogging', 'AWS::ApiGateway::Deployment', (r, set) => {
    // Without a stage of the template that uses it, the deployment makes its own.
    const staged = set
      .resources('AWS::ApiGateway::Stage')
      .some((stage) => String(stage.property('DeploymentId')) === set.refOf(r));
    return !staged && dig(r.property('StageDescription'), 'AccessLogSetting') === undefined
      ? ['the stage that it makes writes no access log']
      : [];
  }),
  evaluated('notLogging', 'AWS::CloudFront::Distribution', (r, set) => {
    const sources = set
      .resources('AWS::Logs::DeliverySource')
      .filter((source) => String(source.property('ResourceArn')).startsWith(r.path))
      .map((source) => set.refOf(source));
    const delivers = set
      .resources('AWS::Logs::Delivery')
      .some((delivery) => sources.includes(String(delivery.property('DeliverySourceName'))));
    return delivers || dig(r.property('DistributionConfig'), 'Logging', 'Bucket') !== undefined
      ? []
      : ['its requests are not logged'];
  }),
  unlike('notLogging', 'AWS::AppSync::GraphQLApi', 'LogConfig.FieldLogLevel', /^NONE$/),
  evaluated('notLogging', ['AWS::Elasticsearch::Domain', 'AWS::OpenSearchService::Domain'], (r) => {
    const audit = dig(r.property('LogPublishingOptions'), 'AUDIT_LOGS');
    return audit === undefined || isFalse(dig(audit, 'Enabled')) ? ['it does not publish its audit log'] : [];
  }),
  evaluated('notLogging', 'AWS::MSK::Cluster', (r) => {
    const logs = (dig(r.property('LoggingInfo'), 'BrokerLogs') ?? {}) as Record<string, unknown>;
    return Object.values(logs).some((each) => isTrue(dig(each, 'Enabled')))
      ? []
      : ['its brokers write no log'];
  }),
  evaluated('notLogging', 'AWS::AmazonMQ::Broker', (r) => {
    // Audit logs are of ActiveMQ only: https://docs.aws.amazon.com/amazon-mq/latest/developer-guide/security-logging-monitoring.html
    const wanted = r.property('EngineType') === 'RABBITMQ' ? ['General'] : ['Audit', 'General'];
    return wanted
      .filter((name) => !isTrue(dig(r.property('Logs'), name)))
      .map((name) => `${name.toLowerCase()} log is off`);
  }),
  evaluated('notLogging', 'AWS::DocDB::DBCluster', (r) =>
    r.list('EnableCloudwatchLogsExports').length > 0 ? [] : ['it exports no log'],
  ),
  evaluated('notLogging', 'AWS::Neptune::DBCluster', (r) =>
    r.list('EnableCloudwatchLogsExports').includes('audit') ? [] : ['it does not export its audit log'],
  ),
  evaluated('notLogging', 'AWS::DocDB::DBClusterParameterGroup', (r) =>
    ['enabled', 'ddl', 'dml_read', 'dml_write', 'all'].includes(
      String(dig(r.property('Parameters'), 'audit_logs')),
    )
      ? []
      : ['audit_logs is off'],
  ),
  evaluated('notLogging', 'AWS::EKS::Cluster', (r) =>
    listOf(dig(r.property('Logging'), 'ClusterLogging', 'EnabledTypes')).length > 0
      ? []
      : ['its control plane writes no log'],
  ),
  switchedOn('notLogging', 'AWS::WAFv2::WebACL', 'VisibilityConfig.CloudWatchMetricsEnabled'),
  evaluated('notLogging', 'AWS::EC2::VPC', (r, set) =>
    set
      .resources('AWS::EC2::FlowLog')
      .some((log) => [set.refOf(r), r.path].includes(String(log.property('ResourceId'))))
      ? []
      : ['it has no flow log'],
  ),
  evaluated('notLogging', 'AWS::Logs::LogGroup', (r) =>
    r.has('RetentionInDays') ? [] : ['RetentionInDays is not set'],
  ),
];
