/** An AWS-managed rule of AWS Config. https://docs.aws.amazon.com/config/latest/developerguide/managed-rules-by-aws-config.html */
export interface ManagedConfigRule {
  /** End of the rule's name. */
  readonly id: string;
  readonly identifier: string;
  /** The claim that the rule holds us to. */
  readonly claim: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

const rule = (
  identifier: string,
  claim: string,
  parameters?: ManagedConfigRule['parameters'],
): ManagedConfigRule => ({
  id: identifier.toLowerCase().replaceAll('_', '-'),
  identifier,
  claim,
  ...(parameters === undefined ? {} : { parameters }),
});

/** Rules over what this application makes. */
export const APPLICATION_RULES: readonly ManagedConfigRule[] = [
  // Encryption
  rule('S3_DEFAULT_ENCRYPTION_KMS', 'Buckets encrypt with KMS.'),
  rule('S3_BUCKET_SSL_REQUESTS_ONLY', 'Buckets refuse requests without TLS.'),
  rule('DYNAMODB_TABLE_ENCRYPTED_KMS', 'Tables are encrypted with KMS.'),
  rule('SNS_ENCRYPTED_KMS', 'Topics are encrypted with KMS.'),
  rule('SECRETSMANAGER_USING_CMK', 'Secrets are encrypted with a customer-managed key.'),
  rule('CLOUDWATCH_LOG_GROUP_ENCRYPTED', 'Log groups are encrypted with KMS.'),
  rule('BACKUP_RECOVERY_POINT_ENCRYPTED', 'Backups are encrypted.'),
  rule('CMK_BACKING_KEY_ROTATION_ENABLED', 'Customer-managed keys rotate.'),
  rule('KMS_CMK_NOT_SCHEDULED_FOR_DELETION', 'No key waits for its deletion.'),
  // Public access
  rule('S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED', 'Buckets block public access.'),
  rule('S3_BUCKET_PUBLIC_READ_PROHIBITED', 'Nobody reads a bucket anonymously.'),
  rule('S3_BUCKET_PUBLIC_WRITE_PROHIBITED', 'Nobody writes a bucket anonymously.'),
  rule('S3_BUCKET_ACL_PROHIBITED', 'Access to buckets is by policy, not by ACL.'),
  rule('LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED', 'No function can be called by everybody.'),
  // Logging
  rule('S3_BUCKET_LOGGING_ENABLED', 'Buckets log their requests.'),
  rule('API_GW_EXECUTION_LOGGING_ENABLED', 'The API logs its errors.'),
  rule('API_GW_XRAY_ENABLED', 'The API traces its requests.'),
  rule('WAFV2_LOGGING_ENABLED', 'The web ACL logs its decisions.'),
  rule('STEP_FUNCTIONS_STATE_MACHINE_LOGGING_ENABLED', 'State machines log.'),
  rule('VPC_FLOW_LOGS_ENABLED', 'The network logs its flows.'),
  rule('CW_LOGGROUP_RETENTION_PERIOD_CHECK', 'Log groups forget after a stated time.', {
    MinRetentionTime: '30',
  }),
  rule('CLOUDWATCH_ALARM_ACTION_CHECK', 'Alarms call somebody.', {
    alarmActionRequired: 'true',
    insufficientDataActionRequired: 'false',
    okActionRequired: 'false',
  }),
  // Recovery
  rule('S3_BUCKET_VERSIONING_ENABLED', 'Buckets keep versions.'),
  rule('DYNAMODB_PITR_ENABLED', 'Tables can be restored to any second.'),
  rule('DYNAMODB_RESOURCES_PROTECTED_BY_BACKUP_PLAN', 'Tables stand in a backup plan.'),
  rule('BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK', 'Backups are daily and kept.', {
    requiredFrequencyUnit: 'days',
    requiredFrequencyValue: '1',
    requiredRetentionDays: '7',
  }),
  rule('BACKUP_RECOVERY_POINT_MANUAL_DELETION_DISABLED', 'Backups cannot be deleted by hand.'),
  rule('BACKUP_RECOVERY_POINT_MINIMUM_RETENTION_CHECK', 'Backups are kept.', { requiredRetentionDays: '7' }),
  // Functions and API
  rule('LAMBDA_INSIDE_VPC', 'Functions run inside the network.'),
  rule('LAMBDA_VPC_MULTI_AZ_CHECK', 'Functions run in at least two zones.'),
  rule('LAMBDA_DLQ_CHECK', 'Functions have a dead-letter queue.'),
  rule('LAMBDA_CONCURRENCY_CHECK', 'Functions have a reserved concurrency.'),
  rule('LAMBDA_FUNCTION_SETTINGS_CHECK', 'Functions run on a supported runtime.', { runtime: 'nodejs24.x' }),
  rule('API_GW_ASSOCIATED_WITH_WAF', 'The API stands behind a web ACL.'),
  // Network
  rule('VPC_DEFAULT_SECURITY_GROUP_CLOSED', 'The default security group lets nothing pass.'),
  rule('VPC_SG_OPEN_ONLY_TO_AUTHORIZED_PORTS', 'No group is open to the internet.'),
  rule('INCOMING_SSH_DISABLED', 'SSH is open to nobody.'),
  rule('SUBNET_AUTO_ASSIGN_PUBLIC_IP_DISABLED', 'No subnet hands out public addresses.'),
  rule('NO_UNRESTRICTED_ROUTE_TO_IGW', 'No route leads to the internet.'),
  // Tags
  rule('REQUIRED_TAGS', 'Resources say whose they are and how confidential.', {
    tag1Key: 'Application',
    tag2Key: 'Environment',
    tag3Key: 'Owner',
    tag4Key: 'DataClassification',
    tag5Key: 'CostCentre',
  }),
];

/** Rules over the account as a whole: the conformance pack. */
export const ACCOUNT_RULES: readonly ManagedConfigRule[] = [
  rule('MULTI_REGION_CLOUD_TRAIL_ENABLED', 'A trail records all regions.'),
  rule('CLOUD_TRAIL_ENCRYPTION_ENABLED', 'Trails are encrypted with KMS.'),
  rule('CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED', 'Trails can be checked for changes.'),
  rule('CLOUD_TRAIL_CLOUD_WATCH_LOGS_ENABLED', 'Trails can raise alarms.'),
  rule('CLOUDTRAIL_S3_DATAEVENTS_ENABLED', 'Trails record who reads objects.'),
  rule('ROOT_ACCOUNT_MFA_ENABLED', 'The root user needs a second factor.'),
  rule('IAM_ROOT_ACCESS_KEY_CHECK', 'The root user has no access keys.'),
  rule('MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS', 'People need a second factor.'),
  rule('IAM_USER_NO_POLICIES_CHECK', 'No policy hangs on a user.'),
  rule('IAM_USER_UNUSED_CREDENTIALS_CHECK', 'Unused credentials are removed.', {
    maxCredentialUsageAge: '90',
  }),
  rule('ACCESS_KEYS_ROTATED', 'Access keys are rotated.', { maxAccessKeyAge: '90' }),
  rule('IAM_PASSWORD_POLICY', 'Passwords are long.', {
    MinimumPasswordLength: '14',
    PasswordReusePrevention: '24',
  }),
  rule('IAM_NO_INLINE_POLICY_CHECK', 'Policies are customer-managed, not inline.'),
  rule('IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS', 'No policy allows everything.'),
  rule('IAM_CUSTOMER_POLICY_BLOCKED_KMS_ACTIONS', 'No policy decrypts with all keys.', {
    blockedActionsPatterns: 'kms:Decrypt,kms:ReEncryptFrom',
  }),
  rule('S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS_PERIODIC', 'The account blocks public buckets.'),
  rule('SSM_DOCUMENT_NOT_PUBLIC', 'No automation document is public.'),
  rule('EC2_EBS_ENCRYPTION_BY_DEFAULT', 'Disks are encrypted, should somebody make one.'),
  rule('GUARDDUTY_ENABLED_CENTRALIZED', 'Threat detection is on.'),
  rule('SECURITYHUB_ENABLED', 'Security Hub is on.'),
];

/** A rule of ours in Guard, `policies/config-rules/ID.guard`, where AWS has none. */
export interface CustomConfigRule {
  readonly id: string;
  readonly resourceType: string;
  readonly claim: string;
}
export const CUSTOM_RULES: readonly CustomConfigRule[] = [
  {
    id: 'function-keeps-environment-under-own-key',
    resourceType: 'AWS::Lambda::Function',
    claim: 'Functions decrypt their environment with a customer-managed key, inside the network, traced.',
  },
  {
    id: 'queue-encrypted-with-own-key',
    resourceType: 'AWS::SQS::Queue',
    claim: 'Queues are encrypted with a customer-managed key.',
  },
  {
    id: 'workflow-logs-no-payload',
    resourceType: 'AWS::StepFunctions::StateMachine',
    claim: 'State machines are traced and never log what they work on.',
  },
  {
    id: 'role-has-permissions-boundary',
    resourceType: 'AWS::IAM::Role',
    claim: 'Roles keep their boundary and have no inline or AWS-managed policy.',
  },
];

/** A rule whose finding AWS Systems Manager may repair by itself: the repair takes nothing away that we use. */
export interface RemediationDefinition {
  readonly ruleId: string;
  /** An AWS-owned automation document. */
  readonly document: string;
  /** Its parameter that takes the resource's id. */
  readonly resourceParameter: string;
}
export const REMEDIATIONS: readonly RemediationDefinition[] = [
  {
    ruleId: 'vpc-default-security-group-closed',
    document: 'AWSConfigRemediation-RemoveVPCDefaultSecurityGroupRules',
    resourceParameter: 'GroupId',
  },
  {
    ruleId: 's3-bucket-level-public-access-prohibited',
    document: 'AWSConfigRemediation-ConfigureS3BucketPublicAccessBlock',
    resourceParameter: 'BucketName',
  },
];

/**
 * What the recorder records: the types that the rules above evaluate, with the calls that the recorder makes to read them.
 * Naming them keeps the recorder's role from reading everything in the account.
 */
export const RECORDED_TYPES: Readonly<Record<string, readonly string[]>> = {
  'AWS::ApiGateway::RestApi': ['apigateway:GET'],
  'AWS::ApiGateway::Stage': ['apigateway:GET'],
  'AWS::Backup::BackupPlan': ['backup:ListBackupPlans', 'backup:GetBackupPlan', 'backup:ListTags'],
  'AWS::Backup::BackupSelection': ['backup:ListBackupSelections', 'backup:GetBackupSelection'],
  'AWS::Backup::BackupVault': [
    'backup:ListBackupVaults',
    'backup:DescribeBackupVault',
    'backup:GetBackupVaultAccessPolicy',
    'backup:GetBackupVaultNotifications',
  ],
  'AWS::Backup::RecoveryPoint': [
    'backup:ListRecoveryPointsByBackupVault',
    'backup:DescribeRecoveryPoint',
    'backup:GetRecoveryPointRestoreMetadata',
  ],
  'AWS::CloudTrail::Trail': [
    'cloudtrail:DescribeTrails',
    'cloudtrail:GetTrailStatus',
    'cloudtrail:GetEventSelectors',
    'cloudtrail:ListTags',
  ],
  'AWS::CloudWatch::Alarm': ['cloudwatch:DescribeAlarms', 'cloudwatch:ListTagsForResource'],
  'AWS::DynamoDB::Table': [
    'dynamodb:ListTables',
    'dynamodb:DescribeTable',
    'dynamodb:DescribeContinuousBackups',
    'dynamodb:ListTagsOfResource',
  ],
  'AWS::EC2::FlowLog': ['ec2:DescribeFlowLogs'],
  'AWS::EC2::RouteTable': ['ec2:DescribeRouteTables'],
  'AWS::EC2::SecurityGroup': ['ec2:DescribeSecurityGroups', 'ec2:DescribeSecurityGroupRules'],
  'AWS::EC2::Subnet': ['ec2:DescribeSubnets'],
  'AWS::EC2::VPC': ['ec2:DescribeVpcs', 'ec2:DescribeVpcAttribute'],
  'AWS::EC2::VPCEndpoint': ['ec2:DescribeVpcEndpoints'],
  'AWS::IAM::Policy': ['iam:ListPolicies', 'iam:GetPolicy', 'iam:GetPolicyVersion', 'iam:ListPolicyVersions'],
  'AWS::IAM::Role': [
    'iam:ListRoles',
    'iam:GetRole',
    'iam:GetRolePolicy',
    'iam:ListRolePolicies',
    'iam:ListAttachedRolePolicies',
    'iam:ListInstanceProfilesForRole',
    'iam:ListRoleTags',
  ],
  'AWS::IAM::User': [
    'iam:ListUsers',
    'iam:GetUser',
    'iam:GetUserPolicy',
    'iam:ListUserPolicies',
    'iam:ListAttachedUserPolicies',
    'iam:ListGroupsForUser',
    'iam:ListUserTags',
    'iam:GenerateCredentialReport',
    'iam:GetCredentialReport',
    'iam:GetAccountPasswordPolicy',
    'iam:GetAccountSummary',
  ],
  'AWS::KMS::Key': [
    'kms:ListKeys',
    'kms:DescribeKey',
    'kms:GetKeyPolicy',
    'kms:GetKeyRotationStatus',
    'kms:ListAliases',
    'kms:ListResourceTags',
  ],
  'AWS::Lambda::Function': [
    'lambda:ListFunctions',
    'lambda:GetFunctionConfiguration',
    'lambda:GetFunctionConcurrency',
    'lambda:GetPolicy',
    'lambda:ListTags',
  ],
  'AWS::Logs::LogGroup': ['logs:DescribeLogGroups', 'logs:ListTagsForResource'],
  'AWS::S3::AccountPublicAccessBlock': ['s3:GetAccountPublicAccessBlock'],
  'AWS::S3::Bucket': [
    's3:ListAllMyBuckets',
    's3:GetBucketLocation',
    's3:GetBucketAcl',
    's3:GetBucketPolicy',
    's3:GetBucketPolicyStatus',
    's3:GetBucketPublicAccessBlock',
    's3:GetBucketVersioning',
    's3:GetBucketLogging',
    's3:GetBucketNotification',
    's3:GetBucketTagging',
    's3:GetBucketObjectLockConfiguration',
    's3:GetBucketOwnershipControls',
    's3:GetEncryptionConfiguration',
    's3:GetLifecycleConfiguration',
    's3:GetReplicationConfiguration',
    's3:GetAccelerateConfiguration',
    's3:GetBucketCORS',
    's3:GetBucketRequestPayment',
    's3:GetBucketWebsite',
  ],
  'AWS::SNS::Topic': ['sns:ListTopics', 'sns:GetTopicAttributes', 'sns:ListTagsForResource'],
  'AWS::SQS::Queue': ['sqs:ListQueues', 'sqs:GetQueueAttributes', 'sqs:ListQueueTags'],
  'AWS::SecretsManager::Secret': ['secretsmanager:ListSecrets', 'secretsmanager:DescribeSecret'],
  'AWS::StepFunctions::StateMachine': [
    'states:ListStateMachines',
    'states:DescribeStateMachine',
    'states:ListTagsForResource',
  ],
  'AWS::WAFv2::WebACL': [
    'wafv2:ListWebACLs',
    'wafv2:GetWebACL',
    'wafv2:GetLoggingConfiguration',
    'wafv2:ListResourcesForWebACL',
    'wafv2:ListTagsForResource',
  ],
};
