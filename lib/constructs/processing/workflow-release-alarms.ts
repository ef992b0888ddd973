import { Duration, Fn } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { CfnStateMachineVersion } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { AlertText } from '../../monitoring/alarm-definition';
import { RELEASE_ALERTS } from '../../monitoring/release-alerts';
import { alertMessage } from '../../monitoring/runbook';
import type { Names } from '../../names';

export interface WorkflowReleaseAlarmsProps {
  readonly names: Names;
  readonly version: CfnStateMachineVersion;
}

/** The number at the end of a version's ARN, `arn:aws:states:REGION:ACCOUNT:stateMachine:NAME:NUMBER`. */
const versionNumber = ({ attrArn }: CfnStateMachineVersion): string => Fn.select(7, Fn.split(':', attrArn));

/** A minute's failures of the new version that take it back. */
const FAILED_IN_A_MINUTE = 2;

/**
 * Alarms on one version of the workflow alone. Executions that are started by an alias are counted for the version that
 * ran them, too.
 * https://docs.aws.amazon.com/step-functions/latest/dg/execution-alias-version-associate.html
 */
export class WorkflowReleaseAlarms extends Construct {
  readonly alarmNames: string[];

  constructor(scope: Construct, id: string, { names, version }: WorkflowReleaseAlarmsProps) {
    super(scope, id);
    const action = new SnsAction(Topic.fromTopicArn(this, 'Alerts', names.topicArn(names.alertTopic)));
    const alarm = (text: AlertText, metricName: string, threshold: number): string => {
      const made = new Alarm(this, text.id, {
        alarmName: names.of(text.id),
        alarmDescription: alertMessage(text),
        metric: new Metric({
          namespace: 'AWS/States',
          metricName,
          dimensionsMap: { StateMachineArn: names.stateMachineArn, Version: versionNumber(version) },
          statistic: 'Sum',
          period: Duration.minutes(1),
        }),
        threshold,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
      made.addAlarmAction(action);
      return made.alarmName;
    };
    this.alarmNames = [
      alarm(RELEASE_ALERTS.workflow, 'ExecutionsFailed', FAILED_IN_A_MINUTE),
      alarm(RELEASE_ALERTS.workflowTimeout, 'ExecutionsTimedOut', 1),
    ];
  }
}
