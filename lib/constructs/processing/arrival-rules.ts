import { CfnRule } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { FOLDERS, inputKeysOfClient, NO_CLIENT } from '../../../lambda/domain/picture-keys';
import type { StageStackProps } from '../../stage-context';
import type { IntakeQueues } from './intake-queues';

export interface ArrivalRulesProps extends Pick<StageStackProps, 'config' | 'names'> {
  readonly queues: IntakeQueues;
}

/** Of an event pattern: which keys of the picture bucket. */
type KeyPattern =
  { readonly wildcard: string } | { readonly 'anything-but': { readonly wildcard: string[] } };

/**
 * A picture arrived in `input/`: into the intake queue, as S3 told it, in the message group of its client. SQS then keeps
 * what one client sends from delaying what others send. A rule gives all its events the same group, hence one rule each:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_SqsParameters.html
 *
 * One rule more takes what no client's rule takes: nothing that arrives is lost, and it is one group, since each message
 * without any would count as a client of its own.
 *
 * The rules are there in the region that waits to take over as well, since EventBridge keeps nothing for a rule that is
 * off. There the queue waits, not the rules (see EventSources). Targets stand on the resource itself: the construct's
 * target drops `aws:SourceArn` from the policy of a queue with a customer-managed key.
 */
export class ArrivalRules extends Construct {
  constructor(scope: Construct, id: string, { config, names, queues }: ArrivalRulesProps) {
    super(scope, id);
    const rule = (ruleId: string, name: string, what: string, key: KeyPattern, group: string) =>
      new CfnRule(this, ruleId, {
        name,
        description: `${what} that arrive in input/ go to the intake queue`,
        state: 'ENABLED',
        eventPattern: {
          source: ['aws.s3'],
          'detail-type': ['Object Created'],
          account: [names.account],
          detail: { bucket: { name: [names.pictureBucket] }, object: { key: [key] } },
        },
        targets: [
          {
            id: 'intake',
            arn: queues.intake.queueArn,
            sqsParameters: { messageGroupId: group },
            deadLetterConfig: { arn: queues.failures.queueArn },
            retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
          },
        ],
      });
    const clients = config.clients.map((client) => client.id);
    for (const client of clients) {
      const key = { wildcard: inputKeysOfClient(client) };
      rule(`Of-${client}`, names.arrivalRule(client), `Pictures of ${client}`, key, client);
    }
    const elsewhere = FOLDERS.filter((folder) => folder !== 'input').map((folder) => `${folder}/*`);
    const rest = { 'anything-but': { wildcard: [...clients.map(inputKeysOfClient), ...elsewhere] } };
    rule('OfNoClient', names.arrivalRuleOfTheRest, 'Objects of no client', rest, NO_CLIENT);
  }
}
