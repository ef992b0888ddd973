import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

export interface EncryptedLogGroupProps {
  readonly logGroupName: string;
  /** The key of the domain whose lines the group keeps; its policy must let CloudWatch Logs use it for this name. */
  readonly encryptionKey: IKey;
  /** Days, from the retention table of the configuration. */
  readonly retentionDays: number;
  /** Keep the group when the stack goes; for stages that keep evidence. */
  readonly retain: boolean;
}

/**
 * The days as CloudWatch Logs' enumeration.
 * @throws RangeError for a number that CloudWatch Logs does not accept; the configuration's schema allows none.
 */
function logRetention(days: number): RetentionDays {
  const retention = Object.values(RetentionDays).find((value) => Number(value) === days);
  if (typeof retention !== 'number')
    throw new RangeError(`CloudWatch Logs cannot keep lines for ${days} days.`);
  return retention;
}

/** A log group that cannot be made without key and retention (NIST AU-11, SC-28; PCI DSS 10.5). */
export class EncryptedLogGroup extends LogGroup {
  constructor(scope: Construct, id: string, props: EncryptedLogGroupProps) {
    super(scope, id, {
      logGroupName: props.logGroupName,
      encryptionKey: props.encryptionKey,
      retention: logRetention(props.retentionDays),
      removalPolicy: props.retain ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    });
  }
}
