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

const useOfKeys = (config: StageConfig, names: Names, keys: StageKeys): PolicyStatement[] => {
  const ours = [keys.data.keyArn, keys.backup.keyArn];
  const actions = ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'];
  return [
    allow('UseKeys', [...actions, 'kms:ReEncryptFrom', 'kms:ReEncryptTo'], ours),
    allow('LendKeysToServices', ['kms:CreateGrant'], ours, { Bool: { 'kms:GrantIsForAWSResource': 'true' } }),
    // The keys of the second region are known by their aliases only: their ids belong to another region's stack.
    allow('UseKeysOfSecondRegion', actions, [`arn:aws:kms:${config.drRegion}:${config.account}:key/*`], {
      'ForAnyValue:StringEquals': {
        'kms:ResourceAliases': [names.keyAlias('backup'), names.keyAlias('data')],
      },
    }),
  ];
};

/**
 * What AWS Backup needs to back up our tables and bucket: the AWS-managed policies
 * AWSBackupServiceRolePolicyForBackup and …ForS3Backup, cut down to our resources.
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/iam-service-roles.html
 */
export function backupStatements(config: StageConfig, names: Names, keys: StageKeys): PolicyStatement[] {
  const tables = tablesOf(names);
  const bucket = names.bucketArn(names.pictureBucket);
  const vaults = [names.region, config.drRegion].map((region) => names.backupVaultArn(region));
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
        's3:PutBucketNotification',
        's3:PutInventoryConfiguration',
      ],
      [bucket],
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
      [`${bucket}/*`],
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
      [names.arn('events', 'rule/AwsBackupManagedRule*')],
    ),
    // Neither call knows a narrower resource.
    allow('Look', ['cloudwatch:GetMetricData', 'events:ListRules'], ['*']),
    allow('FillVaults', ['backup:CopyIntoBackupVault', 'backup:DescribeBackupVault'], vaults),
    allow(
      'TagRecoveryPoints',
      ['backup:TagResource'],
      [names.region, config.drRegion].map(
        (region) => `arn:aws:backup:${region}:${config.account}:recovery-point:*`,
      ),
    ),
    ...useOfKeys(config, names, keys),
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
      ['dynamodb:DescribeBackup', 'dynamodb:RestoreTableFromAwsBackup', 'dynamodb:RestoreTableFromBackup'],
      regions.flatMap((region) => [
        `arn:aws:dynamodb:${region}:${config.account}:table/${names.prefix}-*/backup/*`,
        `arn:aws:backup:${region}:${config.account}:recovery-point:*`,
      ]),
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
        's3:GetObjectVersion',
        's3:ListMultipartUploadParts',
        's3:PutObject',
        's3:PutObjectTagging',
      ],
      [`${restoredBucket}/*`],
    ),
    ...useOfKeys(config, names, keys),
  ];
}
