import { CfnResourcePolicy } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Names } from '../../names';
import { loadPolicy } from '../../policies';

export interface LogDeliveryPolicyProps {
  readonly names: Names;
}

/**
 * Lets AWS's log delivery write our vended log groups (workflow, DNS, WAF). Without it each service adds a policy of its
 * own, unseen, until the account's ten are used up.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
 */
export class LogDeliveryPolicy extends CfnResourcePolicy {
  constructor(scope: Construct, id: string, { names }: LogDeliveryPolicyProps) {
    super(scope, id, {
      policyName: names.of('log-delivery'),
      policyDocument: JSON.stringify(
        loadPolicy('perimeter/log-delivery', {
          Account: names.account,
          LogStreams: [
            names.arn('logs', `log-group:/aws/vendedlogs/${names.prefix}/*:log-stream:*`),
            names.arn('logs', `log-group:${names.webAclLogGroup}:log-stream:*`),
          ],
          Sources: names.arn('logs', '*'),
        }).toJSON(),
      ),
    });
  }
}
