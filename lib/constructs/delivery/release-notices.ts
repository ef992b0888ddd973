import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { type IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct, type IDependable } from 'constructs';
import type { DeliveryConfig } from '../../config/delivery';
import { DELIVERY_ALERTS, type DeliveryEvent } from '../../monitoring/delivery-alerts';
import { DAILY_RULE, DELIVERY_PREFIX, deliveryRole } from '../../names';
import { loadPolicy } from '../../policies';
import { EncryptedQueue } from '../processing/encrypted-queue';
import { EncryptedTopic } from '../processing/encrypted-topic';
import { DeliveryKey } from './delivery-key';
import { lostInvocations } from './lost-invocations';

/** How those who approve releases hear of one that waits or stopped, and where stays what did not reach them. */
export class ReleaseNotices extends Construct {
  readonly key: IKey;
  readonly topic: ITopic;
  /** Where stays what an event rule could not deliver. */
  readonly kept: IQueue;
  /** The same, for whom has to wait until it is made. */
  readonly made: IDependable;

  constructor(scope: Construct, id: string, config: DeliveryConfig) {
    super(scope, id);
    const arn = (service: string, resource: string) =>
      `arn:aws:${service}:${config.region}:${config.account}:${resource}`;
    const topicName = `${DELIVERY_PREFIX}-alerts`;
    const queueName = `${DELIVERY_PREFIX}-failures-dlq`;
    const common = { Account: config.account, OrganizationId: config.organizationId };
    const rules = arn('events', `rule/${DELIVERY_PREFIX}-*`);
    this.key = this.messageKey(arn('sns', topicName), rules, config);
    const keys = { messaging: this.key };
    const undelivered = new EncryptedQueue(this, 'Undelivered', {
      queueName,
      keys,
      policy: loadPolicy('perimeter/delivery-queue', {
        ...common,
        Queue: arn('sqs', queueName),
        Rules: rules,
        Topic: arn('sns', topicName),
      }),
    });
    const topic = new EncryptedTopic(this, 'Topic', {
      topicName,
      displayName: 'Releases that wait or stopped, and what the trail shows',
      keys,
      undelivered: undelivered.queueArn,
      addresses: [...new Set([...config.approvers, ...config.security])],
      policy: loadPolicy('perimeter/delivery-topic', {
        ...common,
        Topic: arn('sns', topicName),
        Alarms: arn('cloudwatch', `alarm:${DELIVERY_PREFIX}-*`),
        PipelineRole: `arn:aws:iam::${config.account}:role/${deliveryRole('pipeline')}`,
      }),
    });
    // By their ARNs, so that no construct adds to the policies of the files.
    this.topic = Topic.fromTopicArn(this, 'Notices', arn('sns', topicName));
    this.made = undelivered;
    this.kept = Queue.fromQueueArn(this, 'Kept', arn('sqs', queueName));
    const told = Object.entries(DELIVERY_ALERTS).map(([name, event]) => {
      const rule = this.tell(name, event, this.kept);
      rule.node.addDependency(topic, undelivered);
      return `${DELIVERY_PREFIX}-${name}`;
    });
    this.alarm(
      'undelivered-notices',
      'Somebody was not told that a release waits or stopped: see the dead-letter queue.',
      undelivered.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(5),
        statistic: 'Maximum',
      }),
    );
    this.alarm(
      'lost-notices',
      'Somebody was not told of a release or of a change of its source, or a day was not asked, and nothing was kept: compare the policies of topic, queue and key with the template.',
      lostInvocations([...told, DAILY_RULE]),
    );
  }

  private alarm(name: string, alarmDescription: string, metric: IMetric): void {
    new Alarm(this, name, {
      alarmName: `${DELIVERY_PREFIX}-${name}`,
      alarmDescription,
      metric,
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new SnsAction(this.topic));
  }

  private messageKey(topic: string, rules: string, config: DeliveryConfig): DeliveryKey {
    const key = new DeliveryKey(this, 'Key', {
      alias: `alias/${DELIVERY_PREFIX}-alerts`,
      description: 'Messages to those who approve releases',
    });
    const mayUse = (sid: string, service: string, conditions: Record<string, Record<string, string>>) =>
      key.addToResourcePolicy(
        new PolicyStatement({
          sid,
          principals: [new ServicePrincipal(`${service}.amazonaws.com`)],
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: ['*'],
          conditions,
        }),
      );
    mayUse('AlarmsSendMessages', 'cloudwatch', { StringEquals: { 'aws:SourceAccount': config.account } });
    mayUse('TopicsLeaveUndelivered', 'sns', { ArnEquals: { 'aws:SourceArn': topic } });
    mayUse('EventRulesSendMessages', 'events', { ArnLike: { 'aws:SourceArn': rules } });
    // EventBridge sends no source of its rule with what it publishes to a topic; what it sends to a queue has one.
    // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
    mayUse('EventRulesPublish', 'events', {
      ArnEqualsIfExists: { 'kms:EncryptionContext:aws:sns:topicArn': topic },
      Null: { 'kms:EncryptionContext:aws:sqs:arn': 'true' },
    });
    return key;
  }

  private tell(
    name: string,
    { description, pattern, message }: DeliveryEvent,
    deadLetterQueue: IQueue,
  ): Rule {
    return new Rule(this, name, {
      ruleName: `${DELIVERY_PREFIX}-${name}`,
      description,
      eventPattern: pattern,
      targets: [new SnsTopic(this.topic, { deadLetterQueue, message: RuleTargetInput.fromText(message) })],
    });
  }
}
