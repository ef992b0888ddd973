import { Duration } from 'aws-cdk-lib';
import { type Queue, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { loadPolicy } from '../../policies';
import type { StageStackProps } from '../../stage-context';
import { EncryptedQueue } from './encrypted-queue';
import { visibilitySeconds } from './time-limits';

/** The buffer before the workflow, and the two places where nothing is lost. */
export class IntakeQueues extends Construct {
  readonly intake: Queue;
  readonly intakeDeadLetters: Queue;
  /** What asynchronous invocations, the event rule and the stream mapping could not deliver. */
  readonly failures: Queue;

  constructor(scope: Construct, id: string, { config, names, keys }: StageStackProps) {
    super(scope, id);
    const operator = names.roleArn('operator');
    const intakeRole = names.functionRoleArn('intake');
    this.failures = new EncryptedQueue(this, 'Failures', {
      queueName: names.failureQueue,
      keys,
      policy: loadPolicy('perimeter/failure-queue', {
        Account: names.account,
        Queue: names.queueArn(names.failureQueue),
        Rules: names.arn('events', `rule/${names.prefix}-*`),
        Topics: [names.reviewTopic, names.alertTopic].map((topic) => names.topicArn(topic)),
        Senders: [...names.functionRoleArns, names.roleArn('api-key-schedule')],
        OperatorRole: operator,
      }),
    });
    this.intakeDeadLetters = new EncryptedQueue(this, 'IntakeDeadLetters', {
      queueName: names.intakeDeadLetterQueue,
      keys,
      redriveAllowPolicy: {
        redrivePermission: RedrivePermission.BY_QUEUE,
        sourceQueues: [EncryptedQueue.fromQueueArn(this, 'Source', names.queueArn(names.intakeQueue))],
      },
      policy: loadPolicy('perimeter/dead-letter-queue', {
        Queue: names.queueArn(names.intakeDeadLetterQueue),
        OperatorRole: operator,
      }),
    });
    this.intake = new EncryptedQueue(this, 'Intake', {
      queueName: names.intakeQueue,
      keys,
      visibilityTimeout: Duration.seconds(visibilitySeconds(config)),
      deadLetterQueue: { queue: this.intakeDeadLetters, maxReceiveCount: config.workflow.maxReceiveCount },
      policy: loadPolicy('perimeter/intake-queue', {
        Account: names.account,
        Queue: names.queueArn(names.intakeQueue),
        ArrivalRules: names.arrivalRules(config.clients).map((rule) => names.arn('events', `rule/${rule}`)),
        IntakeRole: intakeRole,
        OperatorRole: operator,
      }),
    });
  }
}
