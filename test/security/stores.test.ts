import type { KeyDomain } from '../../lib/names';
import {
  mutated,
  ofType,
  referenceOf,
  STAGES,
  type SynthesizedStage,
  synthesized,
  type TemplateResource,
} from '../support/templates';

interface StoreKind {
  /** Key of a store; undefined when it has none. */
  readonly key: (properties: TemplateResource['Properties']) => unknown;
  readonly domains: readonly KeyDomain[];
  readonly remove: (properties: TemplateResource['Properties']) => void;
}

/** Everything that keeps data or messages, and the domains whose keys it may use. */
const STORES: Record<string, StoreKind> = {
  'AWS::S3::Bucket': {
    key: (p) =>
      p['BucketEncryption']?.ServerSideEncryptionConfiguration?.[0]?.ServerSideEncryptionByDefault
        ?.KMSMasterKeyID,
    domains: ['data', 'audit'],
    remove: (p) => delete p['BucketEncryption'],
  },
  'AWS::DynamoDB::GlobalTable': {
    key: (p) => p['Replicas']?.[0]?.SSESpecification?.KMSMasterKeyId,
    domains: ['data'],
    remove: (p) => delete p['Replicas'][0].SSESpecification,
  },
  'AWS::SQS::Queue': {
    key: (p) => p['KmsMasterKeyId'],
    domains: ['messaging'],
    remove: (p) => delete p['KmsMasterKeyId'],
  },
  'AWS::SNS::Topic': {
    key: (p) => p['KmsMasterKeyId'],
    domains: ['messaging'],
    remove: (p) => delete p['KmsMasterKeyId'],
  },
  'AWS::SecretsManager::Secret': {
    key: (p) => p['KmsKeyId'],
    domains: ['secrets'],
    remove: (p) => delete p['KmsKeyId'],
  },
  'AWS::Logs::LogGroup': {
    key: (p) => p['KmsKeyId'],
    domains: ['logs', 'audit'],
    remove: (p) => delete p['KmsKeyId'],
  },
  'AWS::StepFunctions::StateMachine': {
    key: (p) => p['EncryptionConfiguration']?.KmsKeyId,
    domains: ['data', 'secrets'],
    remove: (p) => delete p['EncryptionConfiguration'],
  },
  'AWS::Lambda::Function': {
    key: (p) => p['KmsKeyArn'],
    domains: ['data'],
    remove: (p) => delete p['KmsKeyArn'],
  },
  'AWS::Backup::BackupVault': {
    key: (p) => p['EncryptionKeyArn'],
    domains: ['backup'],
    remove: (p) => delete p['EncryptionKeyArn'],
  },
  'AWS::CloudTrail::Trail': {
    key: (p) => p['KMSKeyId'],
    domains: ['audit'],
    remove: (p) => delete p['KMSKeyId'],
  },
};

/** S3 writes access logs under its own key only; a decision in the exceptions register. */
const withoutKey = (stage: SynthesizedStage): string[] => [stage.names.accessLogBucket];

function unprotected(stage: SynthesizedStage): string[] {
  return Object.entries(STORES).flatMap(([type, { key, domains }]) =>
    ofType(stage, type)
      .filter(({ Properties }) => !withoutKey(stage).includes(String(Properties['BucketName'])))
      .filter(({ Properties }) => {
        const reference = referenceOf(key(Properties)).toLowerCase();
        return !domains.some((domain) => reference.startsWith(`${domain}key`));
      })
      .map(({ id }) => `${type} ${id}`),
  );
}

/** Buckets keep versions, are closed to the public, know no ACLs and refuse plain or old transport. */
function openBuckets(stage: SynthesizedStage): string[] {
  return ofType(stage, 'AWS::S3::Bucket')
    .filter(({ id, Properties: p }) => {
      const policy = ofType(stage, 'AWS::S3::BucketPolicy').find(
        ({ Properties }) => referenceOf(Properties['Bucket']) === id,
      );
      const denied = JSON.stringify(policy?.Properties['PolicyDocument'] ?? '');
      return !(
        p['VersioningConfiguration']?.Status === 'Enabled' &&
        Object.values(p['PublicAccessBlockConfiguration'] ?? {}).filter((on) => on === true).length === 4 &&
        p['OwnershipControls']?.Rules?.[0]?.ObjectOwnership === 'BucketOwnerEnforced' &&
        denied.includes('"aws:SecureTransport":"false"') &&
        denied.includes('"s3:TlsVersion":"1.2"')
      );
    })
    .map(({ id }) => id);
}

const forgetfulGroups = (stage: SynthesizedStage): string[] =>
  ofType(stage, 'AWS::Logs::LogGroup')
    .filter(({ Properties }) => !(Properties['RetentionInDays'] > 0))
    .map(({ id }) => id);

describe.each(STAGES)('every store of %s', (name) => {
  const stage = synthesized(name);
  it('has the customer-managed key of its domain', () => {
    expect(unprotected(stage)).toEqual([]);
  });
  it('is closed, if it is a bucket', () => {
    expect(openBuckets(stage)).toEqual([]);
  });
  it('forgets after its retention, if it is a log group', () => {
    expect(forgetfulGroups(stage)).toEqual([]);
  });
  it('can be taken back in time, if it is a table', () => {
    for (const { Properties } of ofType(stage, 'AWS::DynamoDB::GlobalTable')) {
      expect(Properties['Replicas']).toEqual([
        expect.objectContaining({
          PointInTimeRecoverySpecification: expect.objectContaining({ PointInTimeRecoveryEnabled: true }),
          DeletionProtectionEnabled: stage.config.features.retainStores,
        }),
      ]);
    }
  });
  it('survives its stack exactly where the configuration says so', () => {
    const stores = ['AWS::S3::Bucket', 'AWS::DynamoDB::GlobalTable'].flatMap((type) => ofType(stage, type));
    const kept = stores.filter(({ DeletionPolicy }) => DeletionPolicy?.startsWith('Retain') === true);
    expect(kept).toHaveLength(stage.config.features.retainStores ? stores.length : 0);
  });
});

describe('the checks have teeth', () => {
  const dev = synthesized('dev');
  it.each(Object.entries(STORES).filter(([type]) => ofType(dev, type).length > 0))(
    '%s without its key is found',
    (type, { remove }) => {
      const worse = mutated(
        dev,
        type,
        ({ Properties }) => remove(Properties),
        ({ Properties }) => !withoutKey(dev).includes(String(Properties['BucketName'])),
      );
      expect(unprotected(worse)).toHaveLength(1);
    },
  );
  it('another domain’s key is found', () => {
    const key = { 'Fn::ImportValue': 'x:ExportsOutputFnGetAttLogsKeyA6AB43B2Arn' };
    const worse = mutated(dev, 'AWS::SQS::Queue', ({ Properties }) => (Properties['KmsMasterKeyId'] = key));
    expect(unprotected(worse)).toHaveLength(1);
  });
  it.each(['VersioningConfiguration', 'PublicAccessBlockConfiguration', 'OwnershipControls'])(
    'a bucket without %s is found',
    (property) => {
      expect(openBuckets(mutated(dev, 'AWS::S3::Bucket', (r) => delete r.Properties[property]))).toHaveLength(
        1,
      );
    },
  );
  it('a bucket policy without the transport denies is found', () => {
    const worse = mutated(dev, 'AWS::S3::BucketPolicy', ({ Properties }) => {
      Properties['PolicyDocument'].Statement.shift();
    });
    expect(openBuckets(worse)).toHaveLength(1);
  });
  it('a log group that never forgets is found', () => {
    const worse = mutated(dev, 'AWS::Logs::LogGroup', (r) => delete r.Properties['RetentionInDays']);
    expect(forgetfulGroups(worse)).toHaveLength(1);
  });
});
