import { CfnAccount } from 'aws-cdk-lib/aws-apigateway';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Names } from '../../names';
import type { StageKeys } from '../../stage-context';
import { ServiceRole } from '../iam/service-role';
import { useLogKey } from '../logging/log-key-use';

export interface GatewayLogRoleProps {
  readonly names: Names;
  readonly keys: StageKeys;
}

/**
 * The one role of the account and region with which API Gateway writes logs. Made only where the configuration says that
 * the account is ours alone. The seven actions are those that API Gateway checks when the role is set.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 */
export class GatewayLogRole extends Construct {
  readonly account: CfnAccount;

  constructor(scope: Construct, id: string, { names, keys }: GatewayLogRoleProps) {
    super(scope, id);
    const { role, policy } = new ServiceRole(this, 'Role', {
      names,
      purpose: 'api-gateway-logs',
      description: 'API Gateway writes the logs of this account and region',
      service: 'apigateway.amazonaws.com',
      statements: [
        new PolicyStatement({
          sid: 'WriteLogs',
          actions: [
            'logs:CreateLogGroup',
            'logs:CreateLogStream',
            'logs:DescribeLogStreams',
            'logs:FilterLogEvents',
            'logs:GetLogEvents',
            'logs:PutLogEvents',
          ],
          // One role serves every API of the account and region.
          resources: [names.arn('logs', '*')],
        }),
        // Knows no resource. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
        new PolicyStatement({ sid: 'FindLogGroups', actions: ['logs:DescribeLogGroups'], resources: ['*'] }),
        useLogKey(keys.logs.keyArn, names.region),
      ],
    });
    this.account = new CfnAccount(this, 'Account', { cloudWatchRoleArn: role.roleArn });
    this.account.node.addDependency(policy);
  }
}
