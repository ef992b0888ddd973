import type { FunctionId } from '../../lambda/functions';
import type { Names } from '../names';
import {
  type AlarmDefinition,
  type AlertText,
  type TrailAlertDefinition,
  WITHIN_FIVE_MINUTES,
} from './alarm-definition';
import { atLeastLines, type LineCount } from './counted-lines';

/** One of the event names, in CloudWatch Logs' pattern language. */
export const anyOf = (...eventNames: readonly string[]): string =>
  `(${eventNames.map((name) => `($.eventName = "${name}")`).join(' || ')})`;
/** `($.eventSource = "…") && (one of the event names)`. */
export const events = (service: string, ...eventNames: string[]): string =>
  `{ ($.eventSource = "${service}.amazonaws.com") && ${anyOf(...eventNames)} }`;

export const trailAlert = (
  id: string,
  severity: AlertText['severity'],
  pattern: string | readonly string[],
  why: string,
  response: string,
  threshold = 1,
): TrailAlertDefinition => ({
  id,
  severity,
  owner: 'security',
  patterns: [pattern].flat(),
  why,
  response,
  threshold,
});

const AGAINST_RELEASE =
  'Find the event in the trail. A release or a change ticket explains it; otherwise revoke the session and undo the change.';

/** The functions whose code reads pictures, and the one that copies them; anybody else who does is looked at. */
const PICTURE_READERS: readonly FunctionId[] = ['intake', 'analyze', 'organise', 'settleReviews'];
const PICTURE_COPIERS: readonly FunctionId[] = ['organise'];
/** The one that signs links: what is read in its name is read by a link, or by whoever has its credentials. */
const LINK_SIGNER: FunctionId = 'reviews';
const ISSUER = '$.userIdentity.sessionContext.sessionIssuer.userName';

/** A call on pictures of one region by another role than those that belong to it. */
const byOthers = (names: Names, call: string, readers: readonly FunctionId[], unless = ''): string => {
  const known = [...readers.map((id) => names.functionRole(id)), names.role('backup')];
  return `{ ($.eventSource = "s3.amazonaws.com") && ${call} && ((${ISSUER} NOT EXISTS) || (${known.map((role) => `(${ISSUER} != "${role}")`).join(' && ')}${unless})) }`;
};

const pictureReadByOthers = (names: Names): string =>
  byOthers(
    names,
    `(($.eventName = "GetObject") || ($.eventName = "SelectObjectContent")) && ($.requestParameters.bucketName = "${names.pictureBucket}")`,
    PICTURE_READERS,
    // How a request was signed: https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-understanding-s3-entries.html
    ` && ((${ISSUER} != "${names.functionRole(LINK_SIGNER)}") || ($.additionalEventData.AuthenticationMethod != "QueryString"))`,
  );

/** A link that S3 does not follow: it is too old, comes from elsewhere, or shows another picture. */
const linkRefused = (names: Names): string =>
  `{ ($.eventSource = "s3.amazonaws.com") && ($.eventName = "GetObject") && (${ISSUER} = "${names.functionRole(LINK_SIGNER)}") && ($.errorCode = "AccessDenied") }`;

/** The bucket of such a record is the one that is copied to; the source is a parameter, with or without a slash before it. */
const pictureCopiedByOthers = (names: Names): string =>
  byOthers(
    names,
    `(($.eventName = "CopyObject") || ($.eventName = "UploadPartCopy")) && ($.requestParameters.x-amz-copy-source = "*${names.pictureBucket}/*")`,
    PICTURE_COPIERS,
  );

/**
 * Of a call that somebody makes from a machine of his own: of what a service calls, also in a role's name, the record has the
 * service's name for an address, which no caller chooses.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 * @param service whose calls are expected; every service's unless it is named.
 */
export const notBy = (service = '*'): string => `($.sourceIPAddress != "${service}.amazonaws.com")`;
/** A role by which CloudFormation is handed a stack, taken by anything but CodePipeline. @param but by what it may be taken as well */
export const deployRoleTaken = (...but: readonly string[]): string =>
  `{ ${['($.eventSource = "sts.amazonaws.com")', '($.eventName = "AssumeRole")', '($.requestParameters.roleArn = "arn:aws:iam::*:role/cdk-hnb659fds-deploy-role-*")', notBy('codepipeline'), ...but].join(' && ')} }`;

/** As {@link deployRoleTaken}; and what such a role is for, done by no service. */
const DEPLOYED_BY_HAND = [
  deployRoleTaken(),
  `{ ${notBy()} && ((($.eventSource = "cloudformation.amazonaws.com") && ${anyOf('CreateStack', 'UpdateStack', 'DeleteStack', 'CreateChangeSet', 'ExecuteChangeSet', 'ContinueUpdateRollback', 'RollbackStack', 'CreateStackInstances')}) || (($.eventSource = "lambda.amazonaws.com") && ${anyOf('UpdateFunctionCode*', 'UpdateFunctionConfiguration*', 'UpdateAlias*')}) || (($.eventSource = "states.amazonaws.com") && ($.eventName = "UpdateStateMachine"))) }`,
  // Whose code answers a method, code that is new, versions that are shifted, and the guard hooks before deployments.
  `{ ${notBy()} && ((($.eventSource = "apigateway.amazonaws.com") && ($.eventName != "Get*") && ${anyOf('*Method*', '*Integration*', '*Authorizer*')}) || (($.eventSource = "lambda.amazonaws.com") && ($.eventName = "CreateFunction*")) || (($.eventSource = "codedeploy.amazonaws.com") && ($.eventName = "CreateDeployment")) || (($.eventSource = "cloudformation.amazonaws.com") && ${anyOf('DeactivateType', 'SetTypeConfiguration')})) }`,
  // What a service is handed to do in the name of a role or of the caller, which has the service's address: handing a role over
  // is no event. https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-cloudcontrolapi.html
  `{ ${notBy()} && ((($.eventSource = "states.amazonaws.com") && ${anyOf('CreateStateMachine', 'TestState')}) || (($.eventSource = "scheduler.amazonaws.com") && ($.eventName = "CreateSchedule")) || (($.eventSource = "ssm.amazonaws.com") && ${anyOf('StartAutomationExecution', 'StartChangeRequestExecution', 'CreateAssociation', 'CreateAssociationBatch', 'UpdateAssociation')}) || (($.eventSource = "cloudcontrolapi.amazonaws.com") && ${anyOf('CreateResource', 'UpdateResource', 'DeleteResource')}) || (($.eventSource = "servicecatalog.amazonaws.com") && ($.eventName = "ProvisionProduct"))) }`,
];

/**
 * What the trail is watched for: the CIS AWS Foundations Benchmark's list (sections 4.1 to 4.15), and what would take
 * our own perimeter apart.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html
 */
export const ACCOUNT_ALERTS: readonly TrailAlertDefinition[] = [
  trailAlert(
    'trail-changed',
    'critical',
    events(
      'cloudtrail',
      'StartLogging',
      'StopLogging',
      'DeleteTrail',
      'UpdateTrail',
      'CreateTrail',
      'PutEventSelectors',
      'PutInsightSelectors',
    ),
    'The audit trail was stopped, deleted or changed: what follows may not be recorded.',
    'Start the trail again at once, revoke the session that did it, then reconstruct the gap from the account’s event history.',
  ),
  trailAlert(
    'key-disabled-or-deleted',
    'critical',
    events('kms', 'DisableKey', 'ScheduleKeyDeletion', 'DeleteImportedKeyMaterial', 'DisableKeyRotation'),
    'A key was disabled, stops rotating or will be deleted: data under it becomes unreadable.',
    'Cancel the deletion and enable the key as break-glass; nothing is lost before the window ends.',
  ),
  trailAlert(
    'key-policy-changed',
    'high',
    // Services take grants in our name all day, so only a grant that nobody's service asked for is news. A call from the
    // console may name the sign-in service: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference.html
    '{ ($.eventSource = "kms.amazonaws.com") && (($.eventName = "PutKeyPolicy") || ($.eventName = "CreateAlias") || ($.eventName = "UpdateAlias") || ($.eventName = "DeleteAlias") || (($.eventName = "CreateGrant") && (($.userIdentity.invokedBy NOT EXISTS) || ($.userIdentity.invokedBy = "signin.amazonaws.com")))) }',
    'Who may use a key was changed.',
    AGAINST_RELEASE,
  ),
  trailAlert(
    'config-recorder-changed',
    'critical',
    events(
      'config',
      'StopConfigurationRecorder',
      'DeleteConfigurationRecorder',
      'DeleteDeliveryChannel',
      'PutDeliveryChannel',
      'PutConfigurationRecorder',
      'DeleteConfigRule',
      // The same name, another rule; what a rule finds, said by somebody else; what is put right, and where not.
      'PutConfigRule',
      'DeleteConformancePack',
      'PutConformancePack',
      'PutEvaluations',
      'PutExternalEvaluation',
      'DeleteRemediationConfiguration',
      'PutRemediationConfigurations',
      'PutRemediationExceptions',
    ),
    'AWS Config no longer records, delivers, evaluates or puts right as it did.',
    AGAINST_RELEASE,
  ),
  trailAlert(
    'threat-detection-changed',
    'critical',
    [
      '{ ($.eventName = "DeleteDetector") || ($.eventName = "UpdateDetector") || ($.eventName = "DisableSecurityHub") || ($.eventName = "DeleteAnalyzer") || ($.eventName = "DisableMacie") || ($.eventName = "CreateFilter") || ($.eventName = "UpdateFilter") || ($.eventName = "DisableSecurityHubV2") }',
      // What is paused, turned down or looked at no more, without its being switched off.
      '{ ($.eventName = "UpdateMacieSession") || ($.eventName = "BatchDisableStandards") || ($.eventName = "UpdateStandardsControl") || ($.eventName = "UpdateSecurityHubConfiguration") || ($.eventName = "UpdateAnalyzer") || ($.eventName = "DeleteServiceLinkedAnalyzer") || ($.eventName = "UpdateMemberDetectors") || ($.eventName = "UpdateMalwareScanSettings") || ($.eventName = "UpdateMalwareProtectionPlan") || ($.eventName = "UpdateFindings") || ($.eventName = "BatchUpdateFindings") }',
    ],
    'GuardDuty, Security Hub, Macie or an access analyzer was switched off or turned down, or what it found was marked as settled.',
    AGAINST_RELEASE,
  ),
  trailAlert(
    'root-used',
    'critical',
    '{ ($.userIdentity.type = "Root") && ($.userIdentity.invokedBy NOT EXISTS) && ($.eventType != "AwsServiceEvent") }',
    'Somebody uses the root user.',
    'Ask the holders of the root credentials. If none of them did it, change password and MFA and call AWS Support.',
  ),
  trailAlert(
    'sign-in-without-mfa',
    'high',
    '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && ($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }',
    'An IAM user signed in to the console without a second factor.',
    'There should be no IAM users: disable it, find who made it.',
  ),
  trailAlert(
    'sign-in-failures',
    'medium',
    '{ ($.eventName = "ConsoleLogin") && ($.errorMessage = "Failed authentication") }',
    'Several failed sign-ins in a row.',
    'Look at the addresses; lock the user that is tried.',
    5,
  ),
  trailAlert(
    'access-denied-spike',
    'high',
    '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }',
    'Many calls are refused: somebody explores what credentials can do, or a release lacks a grant.',
    'Group the refused calls by principal. One of our functions: compare with its catalogue entry; anything else: revoke.',
    20,
  ),
  trailAlert(
    'iam-changed',
    'medium',
    // Two filters, for one takes 1,024 characters.
    [
      events(
        'iam',
        'CreatePolicy',
        'CreatePolicyVersion',
        'DeletePolicy',
        'DeletePolicyVersion',
        'SetDefaultPolicyVersion',
        'AttachRolePolicy',
        'DetachRolePolicy',
        'PutRolePolicy',
        'DeleteRolePolicy',
        'AttachUserPolicy',
        'DetachUserPolicy',
        'PutUserPolicy',
        'DeleteUserPolicy',
        'AttachGroupPolicy',
        'DetachGroupPolicy',
        'PutGroupPolicy',
        'DeleteGroupPolicy',
        'UpdateAssumeRolePolicy',
        'DeleteRolePermissionsBoundary',
        'PutRolePermissionsBoundary',
      ),
      events(
        'iam',
        'CreateRole',
        'UpdateRole',
        'UpdateRoleDescription',
        'DeleteRole',
        'CreateUser',
        'CreateAccessKey',
      ),
    ],
    'Who may do what was changed.',
    AGAINST_RELEASE,
  ),
  trailAlert(
    'bucket-policy-changed',
    'high',
    // Two filters, for one takes 1,024 characters.
    [
      events(
        's3',
        'PutBucketPolicy',
        'DeleteBucketPolicy',
        'PutBucketAcl',
        'PutBucketCors',
        'DeleteBucketCors',
        'PutBucketLifecycle',
        'DeleteBucketLifecycle',
        'PutBucketReplication',
        'DeleteBucketReplication',
        // By the API's name and by the one that records have; AWS's page lists the first alone.
        'PutPublicAccessBlock',
        'DeletePublicAccessBlock',
        'PutBucketPublicAccessBlock',
        'DeleteBucketPublicAccessBlock',
        'PutAccountPublicAccessBlock',
        'DeleteAccountPublicAccessBlock',
        'PutBucketLogging',
        'PutBucketNotification',
        'PutBucketVersioning',
        'PutBucketEncryption',
        'DeleteBucketEncryption',
      ),
      events(
        's3',
        // The lock that objects get which are written from then on; by the API's name and by IAM's: which of them a record has was not seen.
        'PutObjectLockConfiguration',
        'PutBucketObjectLockConfiguration',
        'PutBucketOwnershipControls',
        'DeleteBucketOwnershipControls',
        'DeleteBucket',
        'PutBucketWebsite',
        'PutBucketAbac',
      ),
    ],
    'The protection of a bucket was changed.',
    AGAINST_RELEASE,
  ),
  trailAlert(
    'resource-policy-changed',
    'medium',
    '{ ($.eventName = "PutResourcePolicy") || ($.eventName = "DeleteResourcePolicy") || ($.eventName = "SetTopicAttributes") || ($.eventName = "SetQueueAttributes") || ($.eventName = "AddPermission*") || ($.eventName = "RemovePermission*") }',
    'The policy of a topic, queue, table, secret or function was changed.',
    AGAINST_RELEASE,
  ),
  trailAlert(
    'endpoint-changed',
    'high',
    events('ec2', 'CreateVpcEndpoint', 'ModifyVpcEndpoint', 'DeleteVpcEndpoints'),
    'A VPC endpoint or its policy was changed: the way into the network perimeter.',
    AGAINST_RELEASE,
  ),
  trailAlert(
    'security-group-changed',
    'high',
    events(
      'ec2',
      'AuthorizeSecurityGroupIngress',
      'AuthorizeSecurityGroupEgress',
      'RevokeSecurityGroupIngress',
      'RevokeSecurityGroupEgress',
      'ModifySecurityGroupRules',
      'CreateSecurityGroup',
      'DeleteSecurityGroup',
    ),
    'What functions may reach was changed.',
    AGAINST_RELEASE,
  ),
  trailAlert(
    'network-changed',
    'high',
    // Two filters, for one takes 1,024 characters.
    [
      events(
        'ec2',
        'CreateInternetGateway',
        'AttachInternetGateway',
        'DetachInternetGateway',
        'DeleteInternetGateway',
        'CreateCustomerGateway',
        'DeleteCustomerGateway',
        'CreateNatGateway',
        'CreateEgressOnlyInternetGateway',
        'CreateTransitGatewayVpcAttachment',
        'CreateRoute',
        'ReplaceRoute',
        'DeleteRoute',
        'CreateRouteTable',
        'DeleteRouteTable',
        'DisassociateRouteTable',
        'ReplaceRouteTableAssociation',
      ),
      events(
        'ec2',
        'CreateNetworkAcl',
        'DeleteNetworkAcl',
        'CreateNetworkAclEntry',
        'DeleteNetworkAclEntry',
        'ReplaceNetworkAclEntry',
        'ReplaceNetworkAclAssociation',
        'DeleteFlowLogs',
        'CreateVpc',
        'DeleteVpc',
        'ModifyVpcAttribute',
        'CreateVpcPeeringConnection',
        'AcceptVpcPeeringConnection',
        'DeleteVpcPeeringConnection',
        'RejectVpcPeeringConnection',
        // Nothing of ours runs on a machine, in any region.
        'RunInstances',
      ),
    ],
    'The network got a way out, its flow logs were deleted, or a machine was started.',
    AGAINST_RELEASE,
  ),
  trailAlert(
    'web-acl-changed',
    'high',
    events(
      'wafv2',
      'UpdateWebACL',
      'DeleteWebACL',
      'AssociateWebACL',
      'DisassociateWebACL',
      'UpdateRuleGroup',
      'UpdateIPSet',
      'UpdateRegexPatternSet',
      'DeleteLoggingConfiguration',
      'PutLoggingConfiguration',
    ),
    'The web ACL before the API was changed or taken away.',
    AGAINST_RELEASE,
  ),
  trailAlert(
    'traffic-changed',
    'medium',
    [
      events(
        'apigateway',
        'UpdateStage',
        'DeleteStage',
        'UpdateUsagePlan',
        'DeleteUsagePlan',
        'UpdateRestApi',
        'DeleteRestApi',
      ),
      events(
        'lambda',
        'UpdateEventSourceMapping20150331',
        'DeleteEventSourceMapping20150331',
        // With the API's version after it or without.
        'PutFunctionConcurrency*',
        'DeleteFunctionConcurrency*',
      ),
      events('sqs', 'PurgeQueue'),
    ],
    'How clients are throttled, what is logged of their requests, who may call the API, what a queue is polled for or how many functions run at once was changed, or a queue was emptied.',
    AGAINST_RELEASE,
  ),
  trailAlert(
    'backup-changed',
    'critical',
    events(
      'backup',
      'DeleteRecoveryPoint',
      'DeleteBackupVault',
      'DeleteBackupPlan',
      'DeleteBackupSelection',
      'PutBackupVaultAccessPolicy',
      'DeleteBackupVaultAccessPolicy',
      'DeleteBackupVaultLockConfiguration',
      'UpdateRecoveryPointLifecycle',
      'UpdateBackupPlan',
      'PutBackupVaultLockConfiguration',
      'DeleteBackupVaultNotifications',
      'PutBackupVaultNotifications',
    ),
    'Backups were deleted, shortened or opened to others.',
    AGAINST_RELEASE,
  ),
  trailAlert(
    'alerting-changed',
    'critical',
    // One filter takes 1,024 characters: what is taken away, what the same name is given anew, where logs are delivered.
    [
      '{ ($.eventName = "DeleteMetricFilter") || ($.eventName = "PutRetentionPolicy") || ($.eventName = "DeleteRetentionPolicy") || ($.eventName = "DeleteLogGroup") || ($.eventName = "DeleteLogStream") || ($.eventName = "DeleteSubscriptionFilter") || ($.eventName = "DeleteAlarms") || ($.eventName = "DisableAlarmActions") || ($.eventName = "Unsubscribe") || ($.eventName = "DeleteTopic") || ($.eventName = "DeleteRule") || ($.eventName = "DisableRule") || ($.eventName = "RemoveTargets") }',
      // AWS Backup writes the rule of its continuous backups itself; who works through CloudFormation is told of.
      '{ ($.eventName = "PutMetricAlarm") || ($.eventName = "PutCompositeAlarm") || ($.eventName = "PutLogAlarm") || ($.eventName = "PutAlarmMuteRule") || ($.eventName = "PutMetricFilter") || ($.eventName = "PutSubscriptionFilter") || ($.eventName = "SetSubscriptionAttributes") || ($.eventName = "PutDataProtectionPolicy") || ($.eventName = "AssociateKmsKey") || ($.eventName = "PutStorageTierPolicy") || ((($.eventName = "PutRule") || ($.eventName = "PutTargets")) && (($.userIdentity.invokedBy NOT EXISTS) || ($.userIdentity.invokedBy != "backup.amazonaws.com"))) }',
      events(
        'logs',
        'DeleteDelivery',
        'DeleteDeliveryDestination',
        'DeleteDeliveryDestinationPolicy',
        'DeleteDeliverySource',
        'DeleteLogDelivery',
        'PutDeliveryDestination',
        'PutDeliveryDestinationPolicy',
        'PutDeliverySource',
        'UpdateDeliveryConfiguration',
        'UpdateLogDelivery',
      ),
    ],
    'What tells of trouble was taken away, muted or overwritten: a filter, an alarm, a subscription, a rule, a delivery of logs, a log, or how long it is kept.',
    'Find the event in the trail. A release or a change ticket explains it; otherwise revoke the session and undo the change. An overwritten alarm, filter or rule is still there by its name: compare it with the templates, and read the trail since for what it did not tell.',
  ),
  trailAlert(
    'recovery-changed',
    'high',
    [
      events(
        'dynamodb',
        'UpdateContinuousBackups',
        'DeleteBackup',
        'DeleteTable',
        'UpdateTable',
        'UpdateTableReplicaAutoScaling',
        'UpdateTimeToLive',
      ),
      // What AWS Backup brings back has its name for an address; who asked it to has his own.
      `{ ${notBy()} && ((($.eventSource = "dynamodb.amazonaws.com") && ${anyOf('RestoreTableToPointInTime', 'RestoreTableFromBackup', 'ExportTableToPointInTime', 'EnableKinesisStreamingDestination')}) || (($.eventSource = "backup.amazonaws.com") && ${anyOf('StartRestoreJob', 'StartCopyJob', 'StopBackupJob')}) || (($.eventSource = "ram.amazonaws.com") && ($.eventName = "CreateResourceShare")) || (($.eventSource = "s3.amazonaws.com") && ($.eventName = "CreateAccessPoint"))) }`,
    ],
    'Records can no longer be brought back to any second, their table was changed or deleted, a backup was stopped, or somebody and no service restored, exported, streamed or shared what we keep.',
    'Find the event in the trail. A restore test, break-glass or a change ticket explains it. Otherwise revoke the session, delete the copy or undo the change: what was copied out is a possible breach, with the 72-hour clock of GDPR article 33.',
  ),
  trailAlert(
    'client-keys-read',
    'high',
    [
      // The keys of a usage plan come with their values always: https://docs.aws.amazon.com/apigateway/latest/api/API_UsagePlanKey.html
      '{ ($.eventSource = "apigateway.amazonaws.com") && (((($.eventName = "GetApiKeys") || ($.eventName = "GetApiKey")) && (($.requestParameters.includeValues IS TRUE) || ($.requestParameters.includeValue IS TRUE))) || ($.eventName = "GetUsagePlanKeys") || ($.eventName = "GetUsagePlanKey")) }',
      // The answer to a change has the value, too, by AWS's page; rotations make and change keys, secrets and parameters by Step Functions.
      `{ ${notBy()} && ((($.eventSource = "apigateway.amazonaws.com") && ${anyOf('UpdateApiKey', 'CreateApiKey', 'ImportApiKeys', 'CreateUsagePlanKey')}) || (($.eventSource = "secretsmanager.amazonaws.com") && ${anyOf('PutSecretValue', 'UpdateSecret', 'UpdateSecretVersionStage')}) || (($.eventSource = "ssm.amazonaws.com") && ($.eventName = "PutParameter"))) }`,
    ],
    'Somebody read the value of a client’s API key, which only its secret gives out; or somebody and no service made or changed a key, which may answer its value, put one in a plan, or changed a secret or a parameter.',
    'Rotate the key of that client at once, and revoke the session that read it. Delete a key that no release and no rotation made.',
  ),
  trailAlert(
    'schedule-changed',
    'high',
    events('scheduler', 'UpdateSchedule', 'DeleteSchedule', 'DeleteScheduleGroup'),
    'A schedule of key rotations was changed, disabled or deleted: one that never fires fails nowhere, so no other alarm tells of it.',
    AGAINST_RELEASE,
  ),
  trailAlert(
    'organization-changed',
    'critical',
    '{ ($.eventSource = "organizations.amazonaws.com") && ($.readOnly IS FALSE) }',
    'The account’s place in the organisation, or a policy of it, was changed.',
    AGAINST_RELEASE,
  ),
];

/**
 * What the trail of a stage is watched for.
 * @param there - names of the region that takes over: the trail of all regions records its pictures too.
 */
export const trailAlerts = (names: Names, there: Names): TrailAlertDefinition[] => [
  ...ACCOUNT_ALERTS,
  // Whoever builds in dev deploys by hand.
  ...(names.stage === 'dev'
    ? []
    : [
        trailAlert(
          'deployed-outside-a-release',
          'critical',
          DEPLOYED_BY_HAND,
          'A role that deploys was taken by something else than the pipeline, or stacks, their guard hooks, code, an alias, a method of the API or the workflow were changed by somebody and no service: other code may answer clients. Or a workflow, a schedule, an automation, or something by the Cloud Control API was made or tried by hand: what it does in a role’s name looks like a service’s work.',
          'The event names the caller and the stack, method or function. A rollback as break-glass or a change ticket explains it. Otherwise revoke the sessions of that role and of the pipeline’s, then deploy the last release again. Of what was made by hand, delete it, and read in the trail what its role did since.',
        ),
      ]),
  trailAlert(
    'endpoint-access-denied',
    'high',
    '{ ($.eventCategory = "NetworkActivity") && ($.errorCode = "VpceAccessDenied") }',
    'Something in our network used the endpoint of S3 or Secrets Manager, whose refusals CloudTrail records, in a way that its policy refuses: foreign credentials or a foreign resource.',
    'The event names the endpoint and account. Isolate the function: set its reserved concurrency to zero as break-glass.',
  ),
  trailAlert(
    'dns-firewall-changed',
    'high',
    '{ ($.eventSource = "route53resolver.amazonaws.com") && (($.eventName = "*Firewall*") || ($.eventName = "*QueryLogConfig*")) && ($.readOnly IS FALSE) }',
    'Which names the network may resolve, or the log of them, was changed.',
    AGAINST_RELEASE,
  ),
  trailAlert(
    'break-glass-used',
    'critical',
    `{ ($.eventName = "AssumeRole") && ($.requestParameters.roleArn = "${names.roleArn('break-glass')}*") }`,
    'Somebody took the break-glass role.',
    'Match it with the incident it is used for; without one, revoke the role’s sessions.',
  ),
  trailAlert(
    'picture-read-by-others',
    'high',
    [names, there].map(pictureReadByOthers),
    'A picture was read by somebody who is neither the workflow nor the backup.',
    'Restore tests and break-glass explain it; anything else is a possible breach: start the 72-hour clock of GDPR article 33.',
  ),
  trailAlert(
    'review-links-refused',
    'high',
    [names, there].map(linkRefused),
    'Links to pictures that wait for a person were refused: they are too old, or followed outside of the networks of reviewers.',
    'Compare the addresses in the records with review.networks of the configuration. A page that was left open explains a few; other addresses mean that links, or the credentials that make them, are elsewhere: set the reserved concurrency of reviews to zero as break-glass.',
    10,
  ),
  trailAlert(
    'picture-copied-by-others',
    'high',
    [names, there].map(pictureCopiedByOthers),
    'A picture was copied by somebody who is neither the workflow nor the backup, maybe to a bucket of their own.',
    'Read in the record where it went. Restore tests explain it; anything else is a possible breach: start the 72-hour clock of GDPR article 33.',
  ),
];

/** What the filters of one alert over the trail count. */
export const trailLines = (names: Names, id: string): LineCount => ({
  namespace: `${names.prefix}/audit`,
  name: id,
});

/** The alarm over each filter's metric. */
export const trailAlarms = (names: Names, there: Names): AlarmDefinition[] =>
  trailAlerts(names, there).map(({ id, severity, owner, why, response, threshold }) => ({
    id,
    severity,
    owner,
    why,
    response,
    ...atLeastLines(trailLines(names, id), threshold),
    unit: 'events',
    ...WITHIN_FIVE_MINUTES,
  }));
