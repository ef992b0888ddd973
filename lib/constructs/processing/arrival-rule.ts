import { CfnRule } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import type { Names } from '../../names';
import type { IntakeQueues } from './intake-queues';

export interface ArrivalRuleProps {
  readonly names: Names;
  readonly queues: IntakeQueues;
}

/**
 * A picture arrived in `input/`: into the intake queue, as S3 told it; in the region that waits to take over as well, since
 * EventBridge keeps nothing for a rule that is off. There the queue waits, not the rule (see EventSources). On the resource itself: the construct's target
 * drops `aws:SourceArn` from the policy of a queue with a customer-managed key.
 */
export class ArrivalRule extends CfnRule {
  constructor(scope: Construct, id: string, { names, queues }: ArrivalRuleProps) {
    super(scope, id, {
      name: names.arrivalRule,
      description: 'Pictures that arrive in input/ go to the intake queue',
      state: 'ENABLED',
      eventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        account: [names.account],
        detail: { bucket: { name: [names.pictureBucket] }, object: { key: [{ prefix: 'input/' }] } },
      },
      targets: [
        {
          id: 'intake',
          arn: queues.intake.queueArn,
          deadLetterConfig: { arn: queues.failures.queueArn },
          retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
        },
      ],
    });
  }
}
