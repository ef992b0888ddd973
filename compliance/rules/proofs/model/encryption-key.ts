import { dig } from './dig';
import type { Resource } from './resource';

/** How each type that encrypts at rest names its key. A server-access-log bucket has none: S3 delivers with SSE-S3 only. */
export const ENCRYPTION_KEY_OF: Readonly<Record<string, (resource: Resource) => unknown>> = {
  'AWS::S3::Bucket': (r) =>
    dig(
      r.property('BucketEncryption'),
      'ServerSideEncryptionConfiguration',
      0,
      'ServerSideEncryptionByDefault',
      'KMSMasterKeyID',
    ),
  'AWS::DynamoDB::GlobalTable': (r) =>
    dig(r.property('SSESpecification'), 'SSEEnabled') === true
      ? dig(
          r.list('Replicas').find((replica) => dig(replica, 'Region') === r.region),
          'SSESpecification',
          'KMSMasterKeyId',
        )
      : undefined,
  'AWS::SQS::Queue': (r) => r.property('KmsMasterKeyId'),
  'AWS::SNS::Topic': (r) => r.property('KmsMasterKeyId'),
  'AWS::SecretsManager::Secret': (r) => r.property('KmsKeyId'),
  'AWS::Logs::LogGroup': (r) => r.property('KmsKeyId'),
  'AWS::Lambda::Function': (r) => r.property('KmsKeyArn'),
  'AWS::StepFunctions::StateMachine': (r) => dig(r.property('EncryptionConfiguration'), 'KmsKeyId'),
  'AWS::CloudTrail::Trail': (r) => r.property('KMSKeyId'),
  'AWS::Backup::BackupVault': (r) => r.property('EncryptionKeyArn'),
  'AWS::Scheduler::Schedule': (r) => r.property('KmsKeyArn'),
};
