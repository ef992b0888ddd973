import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { CfnDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import type { Alias, CfnAlias } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { type FunctionId, functionDefinition, kebabName } from '../../../lambda/functions';
import type { AlertText } from '../../monitoring/alarm-definition';
import { RELEASE_ALERTS } from '../../monitoring/release-alerts';
import { alertMessage } from '../../monitoring/runbook';
import type { Names } from '../../names';

export interface CanaryReleaseProps {
  readonly names: Names;
  readonly functionId: FunctionId;
  readonly alias: Alias;
  /** Of the function. */
  readonly timeoutSeconds: number;
}

/** Errors of the new version in a minute, where a definition says nothing else. */
const ERRORS = 2;
const LATENCY_SHARE_OF_TIMEOUT = 0.8;

/**
 * Shifts an alias to a new version by CodeDeploy: ten percent for five minutes, then the rest. Alarms on that version
 * alone take it back: an alarm over all versions drowns ten percent, and stands in the way of the release that ends it.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export class CanaryRelease extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { names, functionId, alias, timeoutSeconds }: CanaryReleaseProps,
  ) {
    super(scope, id);
    const action = new SnsAction(Topic.fromTopicArn(this, 'Alerts', names.topicArn(names.alertTopic)));
    const alarm = (
      text: AlertText,
      metric: { name: string; statistic: string },
      threshold: number,
      evaluationPeriods: number,
    ): Alarm => {
      const made = new Alarm(this, text.id, {
        alarmName: names.of(`${text.id}-${kebabName(functionId)}`),
        alarmDescription: alertMessage(text),
        metric: new Metric({
          namespace: 'AWS/Lambda',
          metricName: metric.name,
          dimensionsMap: {
            FunctionName: names.function(functionId),
            Resource: `${names.function(functionId)}:${alias.aliasName}`,
            ExecutedVersion: alias.version.version,
          },
          statistic: metric.statistic,
          period: Duration.minutes(1),
        }),
        threshold,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods,
        datapointsToAlarm: evaluationPeriods,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
      made.addAlarmAction(action);
      return made;
    };
    const alarms = [
      alarm(
        RELEASE_ALERTS.errors,
        { name: 'Errors', statistic: 'Sum' },
        functionDefinition(functionId).errors?.ofNewVersionInOneMinute ?? ERRORS,
        1,
      ),
      alarm(
        RELEASE_ALERTS.latency,
        { name: 'Duration', statistic: 'p99' },
        timeoutSeconds * 1000 * LATENCY_SHARE_OF_TIMEOUT,
        2,
      ),
    ];
    const group = new CfnDeploymentGroup(this, 'Group', {
      applicationName: names.releaseApplication,
      deploymentGroupName: names.function(functionId),
      serviceRoleArn: names.roleArn('release'),
      deploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
      deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
      alarmConfiguration: {
        enabled: true,
        alarms: alarms.map(({ alarmName }) => ({ name: alarmName })),
      },
      autoRollbackConfiguration: {
        enabled: true,
        events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
      },
    });
    (alias.node.defaultChild as CfnAlias).cfnOptions.updatePolicy = {
      codeDeployLambdaAliasUpdate: {
        applicationName: names.releaseApplication,
        deploymentGroupName: group.ref,
      },
    };
  }
}
