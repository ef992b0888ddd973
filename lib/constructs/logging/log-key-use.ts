import { PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** What CloudWatch Logs asks of whoever writes or reads a log group under a key, besides its own use of the key. */
const LOG_KEY_ACTIONS: readonly string[] = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/**
 * Lets a role that writes or reads a log group use the group's key, through CloudWatch Logs alone: the caller's own
 * permission is asked for as well.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html#cmk-permissions-readwrite
 */
export const useLogKey = (keyArn: string, region: string): PolicyStatement =>
  new PolicyStatement({
    sid: 'UseLogKeyThroughLogs',
    actions: [...LOG_KEY_ACTIONS],
    resources: [keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `logs.${region}.amazonaws.com` } },
  });
