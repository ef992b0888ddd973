import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { StageConfig } from '../../config/schema';
import { Names } from '../../names';
import type { StageKeys } from '../../stage-context';

const allow = (
  sid: string,
  actions: string[],
  resources: string[],
  conditions?: Record<string, unknown>,
): PolicyStatement =>
  new PolicyStatement({ sid, actions, resources, ...(conditions === undefined ? {} : { conditions }) });

const tablesOf = (names: Names): string[] => [
  names.tableArn(names.detectionLogsTable),
  names.tableArn(names.erasureLedgerTable),
];

/** What reading and filling stores takes; making a table from a backup takes the rest of DynamoDB's minimum besides. */
const USE = ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'];
/** https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForRestores.html */
const RESTORE = [
  ...USE,
  'kms:Encrypt',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

const useOfKeys = (
  config: StageConfig,
  names: Names,
  keys: StageKeys,
  actions: string[],
): PolicyStatement[] => {
  const ours = [keys.data.keyArn, keys.backup.keyArn];
  const there = [`arn:aws:kms:${config.drRegion}:${config.account}:key/*`];
  // The keys of the second region are known by their aliases only: their ids belong to another region's stack.
  const oursThere = {
    'ForAnyValue:StringEquals': {
      'kms:ResourceAliases': [names.keyAlias('backup'), names.keyAlias('data')],
    },
  };
  const toServices = { Bool: { 'kms:GrantIsForAWSResource': 'true' } };
  return [
    allow('UseKeys', actions, ours),
    allow('LendKeysToServices', ['kms:CreateGrant'], ours, toServices),
    allow('UseKeysOfSecondRegion', actions, there, oursThere),
    // https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html#backup-permissions-grants-deny-statements
    allow('LendKeysOfSecondRegionToServices', ['kms:CreateGrant'], there, { ...oursThere, ...toServices }),
  ];
};

/**
 * What AWS Backup needs to back up our tables and buckets, in both regions: the AWS-managed policies
 * AWSBackupServiceRolePolicyForBackup and …ForS3Backup, cut down to our resources.
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/iam-service-roles.html
 */
export function backupStatements(config: StageConfig, names: Names, keys: StageKeys): PolicyStatement[] {
  const regions = [names, new Names(config, config.drRegion)];
  const tables = regions.flatMap(tablesOf);
  const buckets = regions.map((there) => there.bucketArn(there.pictureBucket));
  const vaults = regions.map(({ region }) => names.backupVaultArn(region));
  return [
    allow(
      'BackUpTables',
      [
        'dynamodb:CreateBackup',
        'dynamodb:DescribeContinuousBackups',
        'dynamodb:DescribeTable',
        'dynamodb:ListTagsOfResource',
        'dynamodb:StartAwsBackupJob',
      ],
      tables,
    ),
    allow(
      'ManageTableBackups',
      ['dynamodb:DeleteBackup', 'dynamodb:DescribeBackup'],
      tables.map((table) => `${table}/backup/*`),
    ),
    allow(
      'BackUpBucket',
      [
        's3:GetBucketAcl',
        's3:GetBucketLocation',
        's3:GetBucketNotification',
        's3:GetBucketTagging',
        's3:GetBucketVersioning',
        's3:GetInventoryConfiguration',
        's3:ListBucket',
        's3:ListBucketVersions',
        's3:ListTagsForResource',
        's3:PutBucketNotification',
        's3:PutInventoryConfiguration',
      ],
      buckets,
    ),
    allow(
      'ReadPictures',
      [
        's3:GetObject',
        's3:GetObjectAcl',
        's3:GetObjectTagging',
        's3:GetObjectVersion',
        's3:GetObjectVersionAcl',
        's3:GetObjectVersionTagging',
      ],
      buckets.map((bucket) => `${bucket}/*`),
    ),
    allow(
      'HearOfChanges',
      [
        'events:DeleteRule',
        'events:DescribeRule',
        'events:DisableRule',
        'events:EnableRule',
        'events:ListTargetsByRule',
        'events:PutRule',
        'events:PutTargets',
        'events:RemoveTargets',
      ],
      regions.map((there) => there.arn('events', 'rule/AwsBackupManagedRule*')),
    ),
    // None of these calls knows a narrower resource.
    allow('Look', ['cloudwatch:GetMetricData', 'events:ListRules', 's3:ListAllMyBuckets'], ['*']),
    allow('FillVaults', ['backup:CopyIntoBackupVault', 'backup:DescribeBackupVault'], vaults),
    allow(
      'CopyAndTagRecoveryPoints',
      ['backup:CopyFromBackupVault', 'backup:TagResource'],
      regions.map(({ region }) => `arn:aws:backup:${region}:${config.account}:recovery-point:*`),
    ),
    ...useOfKeys(config, names, keys, USE),
    // Asked for by the same page of whoever starts a copy into another region: the description, not the use, of that key.
    allow(
      'LookAtDefaultKeys',
      ['kms:DescribeKey'],
      regions.map(({ region }) => `arn:aws:kms:${region}:${config.account}:key/*`),
      { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/aws/backup' } },
    ),
  ];
}

/**
 * What a restore needs: into resources whose name is ours, beside the running ones and never over them.
 * The AWS-managed policies AWSBackupServiceRolePolicyForRestores and …ForS3Restore, cut down.
 */
export function restoreStatements(config: StageConfig, names: Names, keys: StageKeys): PolicyStatement[] {
  const regions = [names.region, config.drRegion];
  const restoredTables = regions.map((region) => new Names(config, region).restoredTableArnPattern);
  const restoredBucket = names.restoredBucketArnPattern;
  return [
    allow(
      'ReadRecoveryPoints',
      ['dynamodb:DescribeBackup', 'dynamodb:RestoreTableFromBackup'],
      regions.map(
        (region) => `arn:aws:dynamodb:${region}:${config.account}:table/${names.prefix}-*/backup/*`,
      ),
    ),
    // Authorized on a table: AWS names the one that was backed up, we the one that is made as well.
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
    allow(
      'RestoreTables',
      ['dynamodb:RestoreTableFromAwsBackup'],
      regions.flatMap((region) => tablesOf(new Names(config, region))),
    ),
    allow(
      'FillRestoredTables',
      [
        'dynamodb:BatchWriteItem',
        'dynamodb:DeleteItem',
        'dynamodb:DescribeTable',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:RestoreTableFromAwsBackup',
        'dynamodb:RestoreTableFromBackup',
        'dynamodb:Scan',
        'dynamodb:UpdateItem',
      ],
      restoredTables,
    ),
    allow(
      'MakeRestoredBucket',
      [
        's3:CreateBucket',
        's3:GetBucketLocation',
        's3:GetBucketOwnershipControls',
        's3:GetBucketVersioning',
        's3:ListBucket',
        's3:ListBucketVersions',
        's3:PutBucketOwnershipControls',
        's3:PutBucketVersioning',
      ],
      [restoredBucket],
    ),
    allow(
      'FillRestoredBucket',
      [
        's3:DeleteObject',
        's3:GetObject',
        's3:GetObjectAcl',
        's3:GetObjectTagging',
        's3:GetObjectVersion',
        's3:GetObjectVersionAcl',
        's3:ListMultipartUploadParts',
        's3:PutObject',
        's3:PutObjectAcl',
        's3:PutObjectTagging',
        's3:PutObjectVersionAcl',
      ],
      [`${restoredBucket}/*`],
    ),
    ...useOfKeys(config, names, keys, RESTORE),
  ];
}
