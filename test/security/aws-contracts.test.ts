import { loadStageConfig } from '../../lib/config/load';
import { Names } from '../../lib/names';
import { AskedByAws } from '../support/asked-by-aws';
import { statementsOf } from '../support/policy-statements';
import { stageTemplates } from '../support/stage-templates';
import { synthesized } from '../support/synthesized-stage';

/*
 * Edges between services on which our templates once were wrong: each request carries what the page named above it says
 * that AWS sends, and nothing else. docs/aws-contracts.md lists them all.
 */
const config = loadStageConfig('prod');
const names = new Names(config, config.region);
const there = new Names(config, config.drRegion);
const aws = new AskedByAws(stageTemplates('prod'), config.region);
const { account, region } = names;
const via = (service: string, where = region) => ({ 'kms:ViaService': `${service}.${where}.amazonaws.com` });
const grants = { 'kms:GrantIsForAWSResource': 'true' };
const MESSAGE_KEY_USE = ['kms:Decrypt', 'kms:GenerateDataKey'];
/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html#dynamodb-customer-cmk-policy */
const TABLE_MINIMUM = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];
const FOREIGN = '999999999999';

describe('EventBridge rule → encrypted topic', () => {
  const topic = names.topicArn(names.alertTopic);
  const events = 'events.amazonaws.com';
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
  it('publishes without a source account or a source ARN', () => {
    expect(aws.service(events, 'sns:Publish', topic)).toBe(true);
  });
  // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
  it.each(MESSAGE_KEY_USE)(
    'asks for %s without either, and for the alert topic only where it says so',
    (action) => {
      const context = (arn: string) => ({ 'kms:EncryptionContext:aws:sns:topicArn': arn });
      const key = aws.key('MessagingKey');
      expect(aws.service(events, action, key)).toBe(true);
      expect(aws.service(events, action, key, context(topic))).toBe(true);
      expect(aws.service(events, action, key, context(names.topicArn('another')))).toBe(false);
    },
  );
});

describe('EventBridge Scheduler under a key', () => {
  const role = names.roleArn('api-key-schedule');
  const context = (arn: string) => ({ 'kms:EncryptionContext:aws:scheduler:schedule:arn': arn });
  // https://docs.aws.amazon.com/scheduler/latest/UserGuide/encryption-rest.html
  it('decrypts its input as the execution role, through no service, for its own schedules', () => {
    const key = aws.key('SecretsKey');
    const may = (arn: string) => aws.role(role, 'kms:Decrypt', key, context(arn));
    expect(may(names.scheduleArn('serverlessapp-prod-cursor-key-rotation'))).toBe(true);
    expect(may(names.arn('scheduler', 'schedule/default/any'))).toBe(false);
    expect(aws.role(role, 'kms:Decrypt', key, via('scheduler'))).toBe(false);
  });
  // https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
  it.each(MESSAGE_KEY_USE)('leaves what it could not start in an encrypted queue, with %s', (action) => {
    expect(aws.role(role, action, aws.key('MessagingKey'), via('sqs'))).toBe(true);
    expect(aws.role(role, 'sqs:SendMessage', names.queueArn(names.failureQueue))).toBe(true);
  });
});

describe('CloudTrail under our key', () => {
  const trail = names.arn('cloudtrail', `trail/${names.trail}`);
  // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
  it.each(['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'])(
    'may %s for a bucket with a Bucket Key, by the trail alone',
    (action) => {
      const may = (arn: string) =>
        aws.service('cloudtrail.amazonaws.com', action, aws.key('AuditKey'), { 'aws:SourceArn': arn });
      expect(may(trail)).toBe(true);
      expect(may(trail.replace(account, FOREIGN))).toBe(false);
    },
  );
});

describe('a table under our key', () => {
  const key = aws.key('DataKey');
  it.each(TABLE_MINIMUM)('%s: those who make and restore one, through DynamoDB', (action) => {
    for (const role of ['restore', 'break-glass'])
      expect([role, aws.role(names.roleArn(role), action, key, via('dynamodb'))]).toEqual([role, true]);
    expect(
      aws.role(
        names.roleArn('restore'),
        action,
        aws.key('DataKey', there.region),
        { ...via('dynamodb', there.region), 'kms:ResourceAliases': names.keyAlias('data') },
        there.region,
      ),
    ).toBe(true);
  });
  it('is lent to DynamoDB by those who restore, in both regions', () => {
    expect(
      aws.role(names.roleArn('restore'), 'kms:CreateGrant', key, { ...via('dynamodb'), ...grants }),
    ).toBe(true);
  });
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
  it.each([names, there])(
    'is restored from the one that was backed up into the one that is made ($region)',
    (where) => {
      for (const table of [where.detectionLogsTable, where.restoredDetectionLogsTable])
        expect(
          aws.role(
            names.roleArn('restore'),
            'dynamodb:RestoreTableFromAwsBackup',
            where.tableArn(table),
            {},
            where.region,
          ),
        ).toBe(true);
    },
  );
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
  it('is decrypted for the operator, who reads an index', () => {
    expect(aws.role(names.roleArn('operator'), 'kms:Decrypt', key, via('dynamodb'))).toBe(true);
    expect(aws.role(names.roleArn('operator'), 'kms:Decrypt', key, via('s3'))).toBe(false);
  });
});

describe('AWS Backup', () => {
  const alias = (name: string) => ({ 'kms:ResourceAliases': name });
  // https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html#backup-permissions-grants-deny-statements
  it.each(['backup', 'restore'])(
    'lends the keys of the second region in the name of %s, from either region',
    (role) => {
      const key = aws.key('BackupKey', there.region);
      for (const started of [names.region, there.region])
        expect(
          aws.role(
            names.roleArn(role),
            'kms:CreateGrant',
            key,
            { ...via('backup', started), ...grants, ...alias(names.keyAlias('backup')) },
            there.region,
          ),
        ).toBe(true);
    },
  );
  it('describes the key that AWS manages, before a copy starts', () => {
    // Its policy is AWS's own, so that the statement alone can be seen.
    const [statement] = statementsOf(synthesized('prod')).filter(({ Sid }) => Sid === 'LookAtDefaultKeys');
    expect(statement).toMatchObject({
      actions: ['kms:DescribeKey'],
      Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/aws/backup' } },
    });
  });
  // https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForBackup.html
  it('copies recovery points', () => {
    const point = names.arn('backup', 'recovery-point:1');
    expect(aws.role(names.roleArn('backup'), 'backup:CopyFromBackupVault', point)).toBe(true);
  });
  it('is not kept from its own vault when it comes as a service', () => {
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    const vault = names.backupVaultArn(names.region);
    expect(aws.denies('backup.amazonaws.com', 'backup:CopyIntoBackupVault', vault)).toEqual([]);
  });
  it('is started by hand by break-glass alone, into our vault, with its own role', () => {
    const role = names.roleArn('break-glass');
    expect(aws.role(role, 'backup:StartBackupJob', names.backupVaultArn(region))).toBe(true);
    expect(
      aws.role(role, 'iam:PassRole', names.roleArn('backup'), {
        'iam:PassedToService': 'backup.amazonaws.com',
      }),
    ).toBe(true);
    expect(aws.role(names.roleArn('operator'), 'backup:StartBackupJob', names.backupVaultArn(region))).toBe(
      false,
    );
  });
});

describe('roles that a service assumes', () => {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html; no page says that these send a source.
  it.each([
    ['lambda.amazonaws.com', names.functionRoleArn('upload')],
    ['cloudtrail.amazonaws.com', names.roleArn('trail')],
    ['backup.amazonaws.com', names.roleArn('backup')],
    ['backup.amazonaws.com', names.roleArn('restore')],
    ['hooks.cloudformation.amazonaws.com', names.roleArn('guard-hook')],
  ])('%s assumes %s without a source, and not for another account', (service, role) => {
    expect(aws.assumes(service, role)).toBe(true);
    expect(aws.assumes(service, role, { 'aws:SourceAccount': FOREIGN })).toBe(false);
  });
  // The pages stand in lib/constructs/iam/trust-conditions.ts.
  it.each([
    ['states.amazonaws.com', 'classification', names.stateMachineArn],
    [
      'scheduler.amazonaws.com',
      'api-key-schedule',
      names.arn('scheduler', 'schedule-group/serverlessapp-prod-rotation'),
    ],
    ['ssm.amazonaws.com', 'remediation', names.arn('ssm', 'automation-execution/1')],
  ])('%s assumes the role of %s with the source that it is documented to send', (service, role, source) => {
    const sent = { 'aws:SourceAccount': account, 'aws:SourceArn': source };
    expect(aws.assumes(service, names.roleArn(role), sent)).toBe(true);
    expect(aws.assumes(service, names.roleArn(role))).toBe(false);
  });
});

describe('Step Functions', () => {
  // https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html
  it('starts an alias by the machine’s ARN, with the alias as a condition key', () => {
    const intake = names.functionRoleArn('intake');
    const may = (resource: string, alias?: string) =>
      aws.role(
        intake,
        'states:StartSyncExecution',
        resource,
        alias === undefined ? {} : { 'states:StateMachineQualifier': alias },
      );
    expect(may(names.stateMachineArn, 'live')).toBe(true);
    expect(may(names.stateMachineArn, 'another')).toBe(false);
    expect(may(names.stateMachineArn)).toBe(false);
  });
  // https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
  it.each(['', ':live', ':7'])('encrypts an execution of the machine%s', (suffix) => {
    const sent = { 'kms:EncryptionContext:aws:states:stateMachineArn': `${names.stateMachineArn}${suffix}` };
    for (const action of MESSAGE_KEY_USE)
      expect(aws.role(names.roleArn('classification'), action, aws.key('DataKey'), sent)).toBe(true);
  });
  it.each(['DataKey', 'SecretsKey'])(
    'has its logs decrypted by log delivery, by their context (%s)',
    (key) => {
      const may = (owner: string) =>
        aws.service('delivery.logs.amazonaws.com', 'kms:Decrypt', aws.key(key), {
          'kms:EncryptionContext:SourceArn': `arn:aws:logs:${region}:${owner}:*`,
        });
      expect(may(account)).toBe(true);
      expect(may(FOREIGN)).toBe(false);
    },
  );
});

describe('other services', () => {
  // https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html
  it('API Gateway invokes with the ARN of the method and nothing else', () => {
    const upload = names.functionAliasArn('upload');
    const sent = (owner: string) => ({
      'aws:SourceArn': `arn:aws:execute-api:${region}:${owner}:${aws.restApi()}/prod/POST/upload`,
    });
    expect(aws.service('apigateway.amazonaws.com', 'lambda:InvokeFunction', upload, sent(account))).toBe(
      true,
    );
    expect(aws.service('apigateway.amazonaws.com', 'lambda:InvokeFunction', upload, sent(FOREIGN))).toBe(
      false,
    );
  });
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
  it('SNS leaves undelivered messages with the ARN of the topic', () => {
    const sent = { 'aws:SourceArn': names.topicArn(names.reviewTopic) };
    for (const action of MESSAGE_KEY_USE)
      expect(aws.service('sns.amazonaws.com', action, aws.key('MessagingKey'), sent)).toBe(true);
  });
  // https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html
  it('Budgets needs no source for the key', () => {
    expect(aws.service('budgets.amazonaws.com', 'kms:GenerateDataKey', aws.key('MessagingKey'))).toBe(true);
  });
  // https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCodeDeployRoleForLambdaLimited.html
  it('CodeDeploy asks for alarms without names', () => {
    const all = names.arn('cloudwatch', 'alarm:*');
    expect(aws.role(names.roleArn('release'), 'cloudwatch:DescribeAlarms', all)).toBe(true);
  });
  // https://docs.aws.amazon.com/systems-manager-automation-runbooks/latest/userguide/automation-aws-remove-default-secg-rules.html
  it('the remediation role starts and follows its automation', () => {
    const may = (action: string, resource: string) =>
      aws.role(names.roleArn('remediation'), action, resource);
    const document = `arn:aws:ssm:${region}::automation-definition/AWSConfigRemediation-RemoveVPCDefaultSecurityGroupRules:1`;
    expect(may('ssm:StartAutomationExecution', document)).toBe(true);
    expect(may('ssm:GetAutomationExecution', names.arn('ssm', 'automation-execution/1'))).toBe(true);
  });
  it.each(['', ':7'])('a function decrypts the environment of its version%s', (suffix) => {
    const arn = `${names.functionArn('query')}${suffix}`;
    const sent = { ...via('lambda'), 'kms:EncryptionContext:aws:lambda:FunctionArn': arn };
    expect(aws.role(names.functionRoleArn('query'), 'kms:Decrypt', aws.key('DataKey'), sent)).toBe(true);
  });
  it.each(['s3', 'rekognition'])('a large picture is decrypted for analyze through %s', (service) => {
    const may = (id: 'analyze' | 'organise') =>
      aws.role(names.functionRoleArn(id), 'kms:Decrypt', aws.key('DataKey'), via(service));
    expect(may('analyze')).toBe(true);
    expect(may('organise')).toBe(service === 's3');
  });
});
