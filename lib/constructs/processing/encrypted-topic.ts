import type { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { CfnSubscription, CfnTopicPolicy, Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { StageKeys } from '../../stage-context';

export interface EncryptedTopicProps {
  readonly topicName: string;
  readonly displayName: string;
  readonly keys: Pick<StageKeys, 'messaging'>;
  /** The topic's whole policy, from `policies/perimeter`. */
  readonly policy: PolicyDocument;
  /** Addresses that get a mail each; SNS asks each for its consent. */
  readonly addresses: readonly string[];
  /** ARN of the queue that keeps what a subscriber did not take. */
  readonly undelivered: string;
}

/** A topic with the key of its domain and one policy from a file. */
export class EncryptedTopic extends Topic {
  constructor(
    scope: Construct,
    id: string,
    { keys, policy, addresses, undelivered, ...props }: EncryptedTopicProps,
  ) {
    super(scope, id, { ...props, masterKey: keys.messaging });
    new CfnTopicPolicy(this, 'Perimeter', { topics: [this.topicArn], policyDocument: policy });
    addresses.forEach((endpoint, index) => {
      new CfnSubscription(this, `Subscriber${index + 1}`, {
        topicArn: this.topicArn,
        protocol: 'email',
        endpoint,
        redrivePolicy: { deadLetterTargetArn: undelivered },
      });
    });
  }
}
