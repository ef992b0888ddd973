import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { FUNCTION_CALLS, FUNCTION_IDS } from '../../../lambda/functions';
import { loadPolicy } from '../../policies';
import type { FunctionNetwork, StageStackProps } from '../../stage-context';
import { EncryptedTopic } from './encrypted-topic';

export interface TopicsProps extends StageStackProps {
  /** Keeps what no subscriber took. */
  readonly failures: IQueue;
  readonly network: FunctionNetwork;
}

/** Review messages for uncertain pictures, and operational alerts for people on call. */
export class Topics extends Construct {
  readonly review: Topic;
  readonly alerts: Topic;

  constructor(scope: Construct, id: string, { config, names, keys, network, failures }: TopicsProps) {
    super(scope, id);
    this.review = new EncryptedTopic(this, 'Review', {
      topicName: names.reviewTopic,
      displayName: 'Pictures to review',
      keys,
      undelivered: failures.queueArn,
      addresses: config.alerts.review,
      policy: loadPolicy('perimeter/review-topic', {
        Topic: names.topicArn(names.reviewTopic),
        SnsEndpoint: network.endpointId('sns'),
        Publishers: FUNCTION_IDS.filter((id) =>
          FUNCTION_CALLS[id].some(({ resource }) => resource === 'topic:review'),
        ).map((id) => names.functionRoleArn(id)),
      }),
    });
    this.alerts = new EncryptedTopic(this, 'Alerts', {
      topicName: names.alertTopic,
      displayName: `Alerts of ${names.prefix}`,
      keys,
      undelivered: failures.queueArn,
      addresses: [...config.alerts.operations, ...config.alerts.security],
      policy: loadPolicy(
        'perimeter/alert-topic',
        {
          Account: names.account,
          OrganizationId: config.organizationId,
          Topic: names.topicArn(names.alertTopic),
          Alarms: names.arn('cloudwatch', `alarm:${names.prefix}-*`),
          Budgets: `arn:aws:budgets::${names.account}:*`,
          CostAnomalies: `arn:aws:ce::${names.account}:anomalysubscription/*`,
        },
        [
          ...(names.isPrimaryRegion ? [] : ['BudgetsPublish']),
          ...(names.isPrimaryRegion && config.features.costAnomalyMonitor ? [] : ['CostAnomaliesPublish']),
        ],
      ),
    });
  }
}
