import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
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

/** A log group that cannot be made without key and retention (NIST AU-11, SC-28; PCI DSS 10.5). */
export class EncryptedLogGroup extends LogGroup {
  constructor(scope: Construct, id: string, props: EncryptedLogGroupProps) {
    super(scope, id, {
      logGroupName: props.logGroupName,
      encryptionKey: props.encryptionKey,
      // The configuration's schema allows exactly the numbers of this enumeration.
      retention: props.retentionDays as RetentionDays,
      removalPolicy: props.retain ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    });
  }
}
