import { ENCRYPTION_KEY_OF } from '../model/encryption-key';
import type { TemplateSet } from '../model/template-set';

/** The stores whose callers need their key: what else is encrypted, its own service decrypts. */
const STORES = [
  'AWS::S3::Bucket',
  'AWS::DynamoDB::GlobalTable',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
  'AWS::SecretsManager::Secret',
  'AWS::StepFunctions::StateMachine',
];
const ARN: Readonly<Record<string, string>> = {
  'AWS::SNS::Topic': 'TopicArn',
  'AWS::SecretsManager::Secret': 'Id',
};

/** ARN of the customer-managed key that encrypts the store which an ARN belongs to; undefined when it has none. */
export function keyOfStore(set: TemplateSet, arn: string): string | undefined {
  for (const type of STORES) {
    for (const resource of set.resources(type)) {
      const own = set.attributeOf(resource, ARN[type] ?? 'Arn');
      if (arn !== own && !arn.startsWith(`${own}/`) && !arn.startsWith(`${own}:`)) continue;
      const key = ENCRYPTION_KEY_OF[type]?.(resource);
      if (typeof key !== 'string') return undefined;
      return key.startsWith('arn:') ? key : `arn:aws:kms:${resource.region}:${resource.account}:key/${key}`;
    }
  }
  return undefined;
}

/**
 * What KMS is asked for when a call reaches an encrypted store; by the services' pages, not by lib/network/services, from
 * which the grants are made.
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
