import { dig } from '../model/dig';
import type { Resource } from '../model/resource';
import type { TemplateSet } from '../model/template-set';

const KEY_OF: Readonly<Record<string, (resource: Resource) => unknown>> = {
  'AWS::S3::Bucket': (r) =>
    dig(
      r.property('BucketEncryption'),
      'ServerSideEncryptionConfiguration',
      0,
      'ServerSideEncryptionByDefault',
      'KMSMasterKeyID',
    ),
  'AWS::DynamoDB::GlobalTable': (r) =>
    dig(
      r.list('Replicas').find((replica) => dig(replica, 'Region') === r.region),
      'SSESpecification',
      'KMSMasterKeyId',
    ),
  'AWS::SNS::Topic': (r) => r.property('KmsMasterKeyId'),
  'AWS::SQS::Queue': (r) => r.property('KmsMasterKeyId'),
  'AWS::SecretsManager::Secret': (r) => r.property('KmsKeyId'),
  'AWS::StepFunctions::StateMachine': (r) => dig(r.property('EncryptionConfiguration'), 'KmsKeyId'),
};
const ARN: Readonly<Record<string, string>> = {
  'AWS::SNS::Topic': 'TopicArn',
  'AWS::SecretsManager::Secret': 'Id',
};

/** ARN of the customer-managed key that encrypts the store which an ARN belongs to; undefined when it has none. */
export function keyOfStore(set: TemplateSet, arn: string): string | undefined {
  for (const [type, keyOf] of Object.entries(KEY_OF)) {
    for (const resource of set.resources(type)) {
      const own = set.attributeOf(resource, ARN[type] ?? 'Arn');
      if (arn !== own && !arn.startsWith(`${own}/`) && !arn.startsWith(`${own}:`)) continue;
      const key = keyOf(resource);
      if (typeof key !== 'string') return undefined;
      return key.startsWith('arn:') ? key : `arn:aws:kms:${resource.region}:${resource.account}:key/${key}`;
    }
  }
  return undefined;
}

/**
 * What KMS is asked for when a call reaches an encrypted store.
 * S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 * DynamoDB: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 * SNS: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 * Secrets Manager: https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 * Step Functions: https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
 */
export function keyActionsOf(action: string): { service: string; actions: readonly string[] } | undefined {
  const [service = '', name = ''] = action.split(':');
  switch (service) {
    case 's3':
      if (name.startsWith('GetObject')) return { service, actions: ['kms:Decrypt'] };
      return name === 'PutObject' ? { service, actions: ['kms:GenerateDataKey'] } : undefined;
    case 'dynamodb':
    case 'secretsmanager':
      return { service, actions: ['kms:Decrypt'] };
    case 'sns':
    case 'states':
      return { service, actions: ['kms:Decrypt', 'kms:GenerateDataKey'] };
    default:
      return undefined;
  }
}
