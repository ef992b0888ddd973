import { asList, asObject } from './resolved';

type KeysOf = (properties: Record<string, unknown>) => unknown[];
const at =
  (...names: string[]): KeysOf =>
  (properties) => [names.reduce<unknown>((value, name) => asObject(value)[name], properties)];

/** Where each kind of store or function names its key. A list, because a global table has one a replica. */
export const KEYS_OF: Readonly<Record<string, KeysOf>> = {
  'AWS::Logs::LogGroup': at('KmsKeyId'),
  'AWS::Lambda::Function': at('KmsKeyArn'),
  'AWS::SQS::Queue': at('KmsMasterKeyId'),
  'AWS::SNS::Topic': at('KmsMasterKeyId'),
  'AWS::SecretsManager::Secret': at('KmsKeyId'),
  'AWS::StepFunctions::StateMachine': at('EncryptionConfiguration', 'KmsKeyId'),
  'AWS::CloudTrail::Trail': at('KMSKeyId'),
  'AWS::Backup::BackupVault': at('EncryptionKeyArn'),
  'AWS::Events::EventBus': at('KmsKeyIdentifier'),
  'AWS::DynamoDB::Table': at('SSESpecification', 'KMSMasterKeyId'),
  'AWS::DynamoDB::GlobalTable': (properties) =>
    asList(properties['Replicas']).flatMap((replica) =>
      at('SSESpecification', 'KMSMasterKeyId')(asObject(replica)),
    ),
  'AWS::S3::Bucket': (properties) =>
    asList(asObject(properties['BucketEncryption'])['ServerSideEncryptionConfiguration']).flatMap((rule) =>
      at('ServerSideEncryptionByDefault', 'KMSMasterKeyID')(asObject(rule)),
    ),
};
