import { BOUNDS } from '../../lambda/domain/bounds';
import { DETECTION_LOGS } from '../../lambda/domain/detection-record';
import { FOLDERS } from '../../lambda/domain/picture-keys';
import {
  at,
  listAt,
  mutated,
  ofType,
  referenceOf,
  STAGES,
  type SynthesizedStage,
  type TemplateResource,
  synthesized,
} from '../support/synthesized-stage';

/** Buckets that keep no versions, are open to the public or to ACLs, or take plain or old transport. */
const openBuckets = (stage: SynthesizedStage): string[] =>
  ofType(stage, 'AWS::S3::Bucket')
    .filter(({ id, Properties: p }) => {
      const policy = ofType(stage, 'AWS::S3::BucketPolicy').find(
        ({ Properties }) => referenceOf(Properties['Bucket']) === id,
      );
      const denied = JSON.stringify(policy?.Properties['PolicyDocument'] ?? '');
      return !(
        at(p, 'VersioningConfiguration', 'Status') === 'Enabled' &&
        Object.values(p['PublicAccessBlockConfiguration'] ?? {}).filter((on) => on === true).length === 4 &&
        at(p, 'OwnershipControls', 'Rules', 0, 'ObjectOwnership') === 'BucketOwnerEnforced' &&
        denied.includes('"aws:SecureTransport":"false"') &&
        denied.includes('"s3:TlsVersion":"1.2"')
      );
    })
    .map(({ id }) => id);

describe.each(STAGES)('the stores of %s', (name) => {
  const stage = synthesized(name);
  const { retention, features } = stage.config;
  const pictures = ofType(stage, 'AWS::S3::Bucket').find(
    ({ Properties }) => Properties['BucketName'] === stage.names.pictureBucket,
  )?.Properties;

  it('are closed buckets', () => {
    expect(openBuckets(stage)).toEqual([]);
  });
  it('expire pictures by folder as the retention table says, old versions and abandoned uploads too', () => {
    const rules = at(pictures, 'LifecycleConfiguration', 'Rules') as Record<string, unknown>[];
    const days = Object.fromEntries(
      rules
        .filter(({ Prefix }) => Prefix !== undefined)
        .map((rule) => [rule['Prefix'], rule['ExpirationInDays']]),
    ) as Record<string, number>;
    expect(days).toEqual({
      'input/': retention.inputPicture,
      'cats/': retention.classifiedPicture,
      'dogs/': retention.classifiedPicture,
      'others/': retention.classifiedPicture,
      'review/': retention.reviewPicture,
      'quarantine/': retention.quarantinedPicture,
    });
    expect(Object.keys(days)).toHaveLength(FOLDERS.length);
    expect(rules).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          NoncurrentVersionExpiration: { NoncurrentDays: retention.noncurrentVersion },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        }),
      ]),
    );
  });
  it('tell EventBridge of pictures, and the access-log bucket of everybody who touches one', () => {
    expect(pictures?.['NotificationConfiguration']).toEqual({
      EventBridgeConfiguration: { EventBridgeEnabled: true },
    });
    expect(at(pictures, 'LoggingConfiguration', 'DestinationBucketName')).toBeDefined();
  });
  it('let browsers post from the configured origins and do nothing else', () => {
    expect(at(pictures, 'CorsConfiguration', 'CorsRules')).toEqual([
      expect.objectContaining({
        AllowedMethods: ['POST'],
        AllowedOrigins: stage.config.api.corsOrigins,
        MaxAge: BOUNDS.preflightSeconds,
      }),
    ]);
  });
  it('keep records under the keys and indexes that the domain names', () => {
    const table = ofType(stage, 'AWS::DynamoDB::GlobalTable').find(
      ({ Properties }) => Properties['TableName'] === stage.names.detectionLogsTable,
    )?.Properties;
    expect(table?.['KeySchema']).toEqual([{ AttributeName: DETECTION_LOGS.partitionKey, KeyType: 'HASH' }]);
    expect(table?.['TimeToLiveSpecification']).toEqual({ AttributeName: DETECTION_LOGS.ttl, Enabled: true });
    expect(table?.['StreamSpecification']).toEqual({ StreamViewType: 'NEW_AND_OLD_IMAGES' });
    expect(table?.['GlobalSecondaryIndexes']).toEqual(
      Object.values(DETECTION_LOGS.indexes).map(({ name: IndexName, partitionKey, sortKey }) => ({
        IndexName,
        KeySchema: [
          { AttributeName: partitionKey, KeyType: 'HASH' },
          { AttributeName: sortKey, KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      })),
    );
  });
  it('can be taken back in time, and are guarded against deletion where they are kept', () => {
    const tables = ofType(stage, 'AWS::DynamoDB::GlobalTable');
    expect(tables).toHaveLength(2);
    for (const { Properties } of tables) {
      expect(Properties['Replicas']).toEqual([
        expect.objectContaining({
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          DeletionProtectionEnabled: features.retainStores,
        }),
      ]);
    }
  });
  it('survive their stack exactly where the configuration says so', () => {
    const stores = ['AWS::S3::Bucket', 'AWS::DynamoDB::GlobalTable', 'AWS::SecretsManager::Secret']
      .flatMap((type) => ofType(stage, type))
      .filter(({ stack }) => stack === 'storage');
    const expected = features.retainStores ? 'RetainExceptOnCreate' : 'Delete';
    expect(stores.map(({ DeletionPolicy }) => DeletionPolicy)).toEqual(stores.map(() => expected));
  });
  it('hold the three thresholds in one parameter, so that they change together', () => {
    const parameter = ofType(stage, 'AWS::SSM::Parameter').find(
      ({ Properties }) => Properties['Name'] === stage.names.thresholdsParameter,
    );
    expect(JSON.parse(parameter?.Properties['Value'] as string)).toEqual(stage.config.thresholds);
  });
});

describe('the checks have teeth', () => {
  const dev = synthesized('dev');
  it.each(['VersioningConfiguration', 'PublicAccessBlockConfiguration', 'OwnershipControls'])(
    'a bucket without %s is found',
    (property) => {
      const worse = mutated(dev, 'AWS::S3::Bucket', (bucket) => (bucket[property] = undefined));
      expect(openBuckets(worse)).toHaveLength(1);
    },
  );
  it('a bucket policy without the transport deny is found', () => {
    const worse = mutated(dev, 'AWS::S3::BucketPolicy', (policy) =>
      listAt(policy, 'PolicyDocument', 'Statement').shift(),
    );
    expect(openBuckets(worse)).toHaveLength(1);
  });
});

/** Whether CloudFormation refuses to take a resource back. */
const isProtected = ({ Properties }: TemplateResource): boolean =>
  JSON.stringify(Properties).includes('"DeletionProtectionEnabled":true') ||
  at(Properties, 'MutationProtection') === 'ENABLED';

describe.each(STAGES)('what is protected against deletion in %s', (name) => {
  const { resources, config } = synthesized(name);
  const found = [...new Set(resources.map(({ stack }) => stack))].flatMap((of) => {
    const all = resources.filter(({ stack }) => stack === of);
    const last = all.filter(isProtected);
    return last.map((resource, position) => ({ resource, all, last, position }));
  });
  it(`is there: ${config.features.terminationProtection ? 'tables and firewalls' : 'nothing'}`, () => {
    expect(found.length > 0).toBe(config.features.terminationProtection);
  });
  it('is made after everything else of its stack, and waited for by nothing but the next of its kind', () => {
    for (const { resource, all, last, position } of found) {
      const before =
        position === 0 ? all.filter((other) => !last.includes(other)) : last.slice(position - 1, position);
      const named = JSON.stringify(resource.Properties);
      expect([resource.DependsOn ?? []].flat().sort()).toEqual(
        before
          .map(({ id }) => id)
          .filter((id) => !named.includes(`"${id}"`))
          .sort(),
      );
      const waiting = all.filter(
        (other) => other !== resource && JSON.stringify(other).includes(`"${resource.id}"`),
      );
      expect(waiting).toEqual(last.slice(position + 1, position + 2));
    }
  });
});
