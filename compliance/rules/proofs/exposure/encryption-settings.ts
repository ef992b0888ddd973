import { dig, listOf } from '../model/dig';
import {
  isFalse,
  isSet,
  isTrue,
  evaluated,
  present,
  type Setting,
  switchedOn,
  takesLogs,
  textOf,
  unlike,
} from './setting';

/** Types whose whole encryption is one switch, off unless it is switched on. */
const SWITCHES: readonly (readonly [type: string, path: string])[] = [
  ['AWS::DAX::Cluster', 'SSESpecification.SSEEnabled'],
  ['AWS::DocDB::DBCluster', 'StorageEncrypted'],
  ['AWS::EC2::Volume', 'Encrypted'],
  ['AWS::EFS::FileSystem', 'Encrypted'],
  ['AWS::ElastiCache::ReplicationGroup', 'AtRestEncryptionEnabled'],
  ['AWS::Elasticsearch::Domain', 'EncryptionAtRestOptions.Enabled'],
  ['AWS::OpenSearchService::Domain', 'EncryptionAtRestOptions.Enabled'],
  ['AWS::Neptune::DBCluster', 'StorageEncrypted'],
  ['AWS::Redshift::Cluster', 'Encrypted'],
  ['AWS::WorkSpaces::Workspace', 'RootVolumeEncryptionEnabled'],
  ['AWS::WorkSpaces::Workspace', 'UserVolumeEncryptionEnabled'],
];

/** Types that keep data under a key that can be the customer's own. */
const KEYS: readonly (readonly [type: string, path: string])[] = [
  ['AWS::AmazonMQ::Broker', 'EncryptionOptions'],
  ['AWS::Backup::BackupVault', 'EncryptionKeyArn'],
  ['AWS::CloudTrail::Trail', 'KMSKeyId'],
  ['AWS::CodeBuild::Project', 'EncryptionKey'],
  ['AWS::DocDB::DBCluster', 'KmsKeyId'],
  ['AWS::EC2::Volume', 'KmsKeyId'],
  ['AWS::ECR::Repository', 'EncryptionConfiguration.KmsKey'],
  ['AWS::EFS::FileSystem', 'KmsKeyId'],
  ['AWS::Kendra::Index', 'ServerSideEncryptionConfiguration.KmsKeyId'],
  ['AWS::Logs::LogGroup', 'KmsKeyId'],
  ['AWS::MSK::Cluster', 'EncryptionInfo.EncryptionAtRest.DataVolumeKMSKeyId'],
  ['AWS::Neptune::DBCluster', 'KmsKeyId'],
  ['AWS::Redshift::Cluster', 'KmsKeyId'],
  ['AWS::SageMaker::EndpointConfig', 'KmsKeyId'],
  ['AWS::SageMaker::NotebookInstance', 'KmsKeyId'],
  ['AWS::SecretsManager::Secret', 'KmsKeyId'],
  ['AWS::Bedrock::Agent', 'CustomerEncryptionKeyArn'],
  ['AWS::SageMaker::Domain', 'KmsKeyId'],
  ['AWS::Timestream::Database', 'KmsKeyId'],
  ['AWS::SageMaker::DataQualityJobDefinition', 'DataQualityJobOutputConfig.KmsKeyId'],
  ['AWS::SageMaker::DataQualityJobDefinition', 'JobResources.ClusterConfig.VolumeKmsKeyId'],
];

/** Block devices that are volumes, not the disks of the machine itself. */
const volumes = (mappings: unknown): unknown[] =>
  listOf(mappings)
    .map((mapping) => dig(mapping, 'Ebs'))
    .filter((volume) => volume !== undefined);

const unencryptedVolumes = (mappings: unknown): string[] =>
  volumes(mappings).some((volume) => {
    const encrypted = dig(volume, 'Encrypted');
    return encrypted === undefined || isFalse(encrypted);
  })
    ? ['a volume is not encrypted']
    : [];

/** Jobs, crawlers and endpoints of Glue, and what they call the configuration that encrypts what they write. */
const GLUE: readonly (readonly [type: string, property: string])[] = [
  ['AWS::Glue::Crawler', 'CrawlerSecurityConfiguration'],
  ['AWS::Glue::DevEndpoint', 'SecurityConfiguration'],
  ['AWS::Glue::Job', 'SecurityConfiguration'],
];

const FIREHOSE = ['AWS::KinesisFirehose::DeliveryStream'];

/** What keeps data without encrypting it, or under a key that is not the customer's. */
export const ENCRYPTION_SETTINGS: readonly Setting[] = [
  ...SWITCHES.map(([type, path]) => switchedOn('notEncrypted', type, path)),
  ...KEYS.map(([type, path]) => present('ownKey', type, path)),
  evaluated('notEncrypted', 'AWS::RDS::DBInstance', (r) => {
    // An instance of a cluster has the cluster's storage.
    const isOfCluster =
      r.has('DBClusterIdentifier') || /^(?:aurora|neptune|docdb)/.test(String(r.property('Engine')));
    const off = !r.has('StorageEncrypted') || isFalse(r.property('StorageEncrypted'));
    return off && !isOfCluster && !r.has('SourceDBInstanceIdentifier') ? ['StorageEncrypted is off'] : [];
  }),
  evaluated('notEncrypted', ['AWS::RDS::DBCluster', 'AWS::RDS::GlobalCluster'], (r) =>
    !r.has('StorageEncrypted') || isFalse(r.property('StorageEncrypted')) ? ['StorageEncrypted is off'] : [],
  ),
  evaluated('notEncrypted', 'AWS::DynamoDB::Table', (r) =>
    isTrue(dig(r.property('SSESpecification'), 'SSEEnabled'))
      ? []
      : ['only the key that AWS owns encrypts it'],
  ),
  evaluated('notEncrypted', 'AWS::DynamoDB::GlobalTable', (r) =>
    isTrue(dig(r.property('SSESpecification'), 'SSEEnabled'))
      ? []
      : ['only the key that AWS owns encrypts it'],
  ),
  evaluated('notEncrypted', 'AWS::SQS::Queue', (r) =>
    isFalse(r.property('SqsManagedSseEnabled')) && !r.has('KmsMasterKeyId')
      ? ['its encryption is switched off']
      : [],
  ),
  evaluated('ownKey', 'AWS::SQS::Queue', (r) =>
    isSet(r.property('KmsMasterKeyId')) ? [] : ['KmsMasterKeyId is not set'],
  ),
  evaluated('notEncrypted', 'AWS::SNS::Topic', (r) =>
    isSet(r.property('KmsMasterKeyId')) ? [] : ['KmsMasterKeyId is not set'],
  ),
  evaluated('notEncrypted', 'AWS::Kinesis::Stream', (r) => {
    const encryption = r.property('StreamEncryption');
    return dig(encryption, 'EncryptionType') === 'KMS' && dig(encryption, 'KeyId') !== undefined
      ? []
      : ['StreamEncryption is off'];
  }),
  unlike('ownKey', 'AWS::Kinesis::Stream', 'StreamEncryption.KeyId', /(?:^|[:/])aws\//),
  unlike('ownKey', 'AWS::SNS::Topic', 'KmsMasterKeyId', /(?:^|[:/])aws\//),
  unlike('ownKey', 'AWS::SQS::Queue', 'KmsMasterKeyId', /(?:^|[:/])aws\//),
  evaluated('notEncrypted', FIREHOSE, (r) =>
    dig(r.property('DeliveryStreamEncryptionConfigurationInput'), 'KeyType') !== undefined ||
    r.property('DeliveryStreamType') === 'KinesisStreamAsSource'
      ? []
      : ['what it holds is not encrypted'],
  ),
  evaluated('notEncrypted', 'AWS::S3::Bucket', (r) =>
    r.has('BucketEncryption') ? [] : ['BucketEncryption is not set'],
  ),
  evaluated('notEncrypted', 'AWS::EKS::Cluster', (r) => {
    const configurations = r.list('EncryptionConfig');
    // The only resources that can be named are secrets.
    return configurations.some(
      (each) =>
        dig(each, 'Provider', 'KeyArn') !== undefined || listOf(dig(each, 'Resources')).includes('secrets'),
    )
      ? []
      : ['secrets of the cluster are not encrypted by a key of KMS'];
  }),
  evaluated('notEncrypted', 'AWS::ApiGateway::Stage', (r) =>
    [r.property('MethodSettings') ?? []]
      .flat()
      .some(
        (each) =>
          isFalse(dig(each, 'CacheDataEncrypted')) ||
          (isTrue(dig(each, 'CachingEnabled')) && !isTrue(dig(each, 'CacheDataEncrypted'))),
      )
      ? ['its cache is not encrypted']
      : [],
  ),
  evaluated('notEncrypted', 'AWS::ApiGateway::Deployment', (r) => {
    const stage = r.property('StageDescription');
    return isTrue(dig(stage, 'CachingEnabled')) && !isTrue(dig(stage, 'CacheDataEncrypted'))
      ? ['its cache is not encrypted']
      : [];
  }),
  evaluated('notEncrypted', 'AWS::EC2::Instance', (r) =>
    unencryptedVolumes(r.property('BlockDeviceMappings')),
  ),
  evaluated('notEncrypted', 'AWS::AutoScaling::LaunchConfiguration', (r) =>
    unencryptedVolumes(r.property('BlockDeviceMappings')),
  ),
  evaluated('notEncrypted', 'AWS::EC2::LaunchTemplate', (r) =>
    unencryptedVolumes(dig(r.property('LaunchTemplateData'), 'BlockDeviceMappings')),
  ),
  unlike(
    'notEncrypted',
    'AWS::DLM::LifecyclePolicy',
    'PolicyDetails.Actions.*.CrossRegionCopy.*.EncryptionConfiguration.Encrypted',
    /^(?:false|no|off)$/i,
  ),
  unlike(
    'notEncrypted',
    'AWS::DLM::LifecyclePolicy',
    'PolicyDetails.Schedules.*.CrossRegionCopyRules.*.Encrypted',
    /^(?:false|no|off)$/i,
  ),
  evaluated('ownKey', 'AWS::S3::Bucket', (r, set) => {
    // Server access logs can be delivered to a bucket with S3's own keys only.
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
    const rule = dig(r.property('BucketEncryption'), 'ServerSideEncryptionConfiguration', 0);
    const hasKey = dig(rule, 'ServerSideEncryptionByDefault', 'KMSMasterKeyID') !== undefined;
    return hasKey || takesLogs(r, set) ? [] : ['KMSMasterKeyID is not set'];
  }),
  evaluated('ownKey', 'AWS::DynamoDB::Table', (r) =>
    dig(r.property('SSESpecification'), 'KMSMasterKeyId') === undefined ? ['KMSMasterKeyId is not set'] : [],
  ),
  evaluated('ownKey', 'AWS::Lambda::Function', (r) =>
    Object.keys(dig(r.property('Environment'), 'Variables') ?? {}).length > 0 && !r.has('KmsKeyArn')
      ? ['KmsKeyArn is not set for its variables']
      : [],
  ),
  unlike('ownKey', 'AWS::SecretsManager::Secret', 'KmsKeyId', /(?:^|[:/])aws\//),
  evaluated('ownKey', 'AWS::RDS::DBInstance', (r) =>
    isTrue(r.property('EnablePerformanceInsights')) && !r.has('PerformanceInsightsKMSKeyId')
      ? ['PerformanceInsightsKMSKeyId is not set']
      : [],
  ),
  // https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html: symmetric encryption keys only
  evaluated('keyRotation', 'AWS::KMS::Key', (r) => {
    const spec = textOf(r.property('KeySpec') ?? 'SYMMETRIC_DEFAULT');
    const rotates =
      spec === 'SYMMETRIC_DEFAULT' && (r.property('KeyUsage') ?? 'ENCRYPT_DECRYPT') === 'ENCRYPT_DECRYPT';
    return rotates && (!r.has('EnableKeyRotation') || isFalse(r.property('EnableKeyRotation')))
      ? ['EnableKeyRotation is off']
      : [];
  }),
  evaluated('notEncrypted', 'AWS::Glue::SecurityConfiguration', (r) => {
    const settings = r.property('EncryptionConfiguration');
    return [
      ...(dig(settings, 'CloudWatchEncryption', 'CloudWatchEncryptionMode') === 'SSE-KMS'
        ? []
        : ['logs are not encrypted']),
      ...(dig(settings, 'JobBookmarksEncryption', 'JobBookmarksEncryptionMode') === 'CSE-KMS'
        ? []
        : ['bookmarks are not encrypted']),
      ...([dig(settings, 'S3Encryptions') ?? []]
        .flat()
        .some((each) => dig(each, 'S3EncryptionMode') !== 'DISABLED')
        ? []
        : ['what is written to S3 is not encrypted']),
    ];
  }),
  ...GLUE.map(([type, property]) => present('notEncrypted', type, property)),
  evaluated('notEncrypted', 'AWS::Athena::WorkGroup', (r) =>
    isFalse(dig(r.property('WorkGroupConfiguration'), 'EnforceWorkGroupConfiguration'))
      ? ['clients may override its encryption']
      : [],
  ),
  evaluated('notEncrypted', 'AWS::Athena::WorkGroup', (r) =>
    dig(r.property('WorkGroupConfiguration'), 'ResultConfiguration', 'EncryptionConfiguration') === undefined
      ? ['its results are not encrypted']
      : [],
  ),
  evaluated('notEncrypted', 'AWS::CodeBuild::Project', (r) =>
    [r.property('Artifacts'), ...r.list('SecondaryArtifacts')].some((each) =>
      isTrue(dig(each, 'EncryptionDisabled')),
    )
      ? ['its artifacts are not encrypted']
      : [],
  ),
  evaluated('notEncrypted', 'AWS::EMR::SecurityConfiguration', (r) => {
    const settings = dig(fromText(r.property('SecurityConfiguration')), 'EncryptionConfiguration');
    return ['EnableInTransitEncryption', 'EnableAtRestEncryption']
      .filter((name) => !isTrue(dig(settings, name)))
      .map((name) => `${name} is off`);
  }),
  evaluated('notEncrypted', 'AWS::EMR::Cluster', (r) =>
    r.has('SecurityConfiguration') ? [] : ['no security configuration encrypts it'],
  ),
  evaluated('notEncrypted', 'AWS::Glue::DataCatalogEncryptionSettings', (r) => {
    const settings = r.property('DataCatalogEncryptionSettings');
    return [
      ...(dig(settings, 'EncryptionAtRest', 'CatalogEncryptionMode') === 'SSE-KMS'
        ? []
        : ['the catalogue is not encrypted']),
      ...(isTrue(dig(settings, 'ConnectionPasswordEncryption', 'ReturnConnectionPasswordEncrypted'))
        ? []
        : ['passwords of connections are not encrypted']),
    ];
  }),
];

function fromText(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}
