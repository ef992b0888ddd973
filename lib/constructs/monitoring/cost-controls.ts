import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { CfnAnomalyMonitor, CfnAnomalySubscription } from 'aws-cdk-lib/aws-ce';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { StageConfig } from '../../config/schema';
import type { Names } from '../../names';

export interface CostControlsProps {
  readonly config: StageConfig;
  readonly names: Names;
  readonly topic: ITopic;
}

/** Percent of the budget at which people hear of it: spent, or forecast to be spent. */
const NOTIFICATIONS = [
  { notificationType: 'ACTUAL', threshold: 80 },
  { notificationType: 'ACTUAL', threshold: 100 },
  { notificationType: 'FORECASTED', threshold: 100 },
] as const;

/** An unusual rise of a service's cost is told from this many dollars on. */
const ANOMALY_IMPACT_USD = 50;

/** The month's budget of the application, and the account's anomaly monitor where this account is ours alone. */
export class CostControls extends Construct {
  constructor(scope: Construct, id: string, { config, names, topic }: CostControlsProps) {
    super(scope, id);
    const tags = [
      { key: 'Application', value: 'serverlessapp' },
      { key: 'Environment', value: config.stage },
    ];
    new CfnBudget(this, 'MonthlyBudget', {
      budget: {
        budgetName: names.of('monthly'),
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: config.alerts.monthlyBudgetUsd, unit: 'USD' },
        costFilters: { TagKeyValue: tags.map(({ key, value }) => `user:${key}$${value}`) },
      },
      notificationsWithSubscribers: NOTIFICATIONS.map((notification) => ({
        notification: { ...notification, comparisonOperator: 'GREATER_THAN', thresholdType: 'PERCENTAGE' },
        subscribers: [{ subscriptionType: 'SNS', address: topic.topicArn }],
      })),
    });
    if (!config.features.costAnomalyMonitor) return;
    const monitor = new CfnAnomalyMonitor(this, 'AnomalyMonitor', {
      monitorName: names.of('services'),
      monitorType: 'DIMENSIONAL',
      monitorDimension: 'SERVICE',
    });
    new CfnAnomalySubscription(this, 'AnomalySubscription', {
      subscriptionName: names.of('cost-anomalies'),
      frequency: 'IMMEDIATE',
      monitorArnList: [monitor.attrMonitorArn],
      subscribers: [{ type: 'SNS', address: topic.topicArn }],
      thresholdExpression: JSON.stringify({
        Dimensions: {
          Key: 'ANOMALY_TOTAL_IMPACT_ABSOLUTE',
          MatchOptions: ['GREATER_THAN_OR_EQUAL'],
          Values: [String(ANOMALY_IMPACT_USD)],
        },
      }),
    });
  }
}
