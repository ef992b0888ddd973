import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { ServiceRole, type ServiceRoleProps } from '../iam/service-role';
import { useLogKey } from '../logging/log-key-use';

/**
 * The role with which CloudTrail writes its streams of one log group, and nothing else.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html
 */
export const trailLogRole = (
  scope: Construct,
  names: ServiceRoleProps['names'],
  region: string,
  logGroup: { readonly name: string; readonly keyArn: string },
): ServiceRole =>
  new ServiceRole(scope, 'LogRole', {
    names,
    purpose: 'trail',
    description: 'CloudTrail writes its log group',
    service: 'cloudtrail.amazonaws.com',
    statements: [
      new PolicyStatement({
        sid: 'WriteTrail',
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [
          `arn:aws:logs:${region}:${names.account}:log-group:${logGroup.name}:log-stream:${names.account}_CloudTrail_${region}*`,
        ],
      }),
      useLogKey(logGroup.keyArn, region),
    ],
  });
