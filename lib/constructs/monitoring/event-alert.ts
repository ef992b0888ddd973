import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { EventAlertDefinition } from '../../monitoring/alarm-definition';
import { alertMessage } from '../../monitoring/runbook';
import type { Names } from '../../names';

export interface EventAlertProps {
  readonly names: Names;
  readonly alert: EventAlertDefinition;
  readonly topic: ITopic;
  /** Keeps what the topic did not take. */
  readonly deadLetterQueue: IQueue;
}

/** A rule that passes an event of an AWS service to the people on call, with what it means and what to do. */
export class EventAlert extends Construct {
  constructor(scope: Construct, id: string, { names, alert, topic, deadLetterQueue }: EventAlertProps) {
    super(scope, id);
    new Rule(this, 'Rule', {
      ruleName: names.of(alert.id),
      description: alert.why,
      eventPattern: {
        source: [alert.source],
        detailType: [alert.detailType],
        detail: { ...alert.detail },
      },
      targets: [
        new SnsTopic(topic, {
          deadLetterQueue,
          message: RuleTargetInput.fromObject({
            alert: alert.id,
            text: alertMessage(alert),
            time: EventField.time,
            account: EventField.account,
            detail: EventField.fromPath('$.detail'),
          }),
        }),
      ],
    });
  }
}
