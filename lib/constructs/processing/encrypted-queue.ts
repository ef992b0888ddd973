import { Duration } from 'aws-cdk-lib';
import type { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import {
  CfnQueuePolicy,
  type DeadLetterQueue,
  Queue,
  QueueEncryption,
  RedrivePermission,
  type RedriveAllowPolicy,
} from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { StageKeys } from '../../stage-context';

export interface EncryptedQueueProps {
  readonly queueName: string;
  readonly keys: Pick<StageKeys, 'messaging'>;
  /** The queue's whole policy, from `policies/perimeter`. */
  readonly policy: PolicyDocument;
  readonly visibilityTimeout?: Duration;
  readonly deadLetterQueue?: DeadLetterQueue;
  /** Which queues may use this one as their dead-letter queue; none unless said. */
  readonly redriveAllowPolicy?: RedriveAllowPolicy;
}

/** A queue with the key of its domain, the longest retention, and one policy from a file. */
export class EncryptedQueue extends Queue {
  constructor(scope: Construct, id: string, { keys, policy, ...props }: EncryptedQueueProps) {
    super(scope, id, {
      redriveAllowPolicy: { redrivePermission: RedrivePermission.DENY_ALL },
      ...props,
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: keys.messaging,
      dataKeyReuse: Duration.minutes(5),
      retentionPeriod: Duration.days(14),
    });
    new CfnQueuePolicy(this, 'Perimeter', { queues: [this.queueUrl], policyDocument: policy });
  }
}
