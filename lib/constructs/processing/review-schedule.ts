import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Names } from '../../names';

export interface ReviewScheduleProps {
  readonly names: Names;
  readonly alias: { readonly functionArn: string };
}

/**
 * Starts the function that settles reviews every minute, in both regions: where nothing waits it finds nothing. A start
 * that is lost is made up for by the next, so that none is repeated or kept.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html
 */
export class ReviewSchedule extends Construct {
  constructor(scope: Construct, id: string, { names, alias }: ReviewScheduleProps) {
    super(scope, id);
    const rule = new CfnRule(this, 'Rule', {
      name: names.reviewSchedule,
      description: 'Every minute: reviewed pictures to their places, and reviews whose time is over',
      state: 'ENABLED',
      scheduleExpression: 'rate(1 minute)',
      targets: [
        {
          id: 'settle-reviews',
          arn: alias.functionArn,
          retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 0 },
          deadLetterConfig: { arn: names.queueArn(names.failureQueue) },
        },
      ],
    });
    const permission = new CfnPermission(this, 'Permission', {
      action: 'lambda:InvokeFunction',
      functionName: alias.functionArn,
      principal: 'events.amazonaws.com',
      sourceArn: names.arn('events', `rule/${names.reviewSchedule}`),
    });
    permission.addResourceDependency(rule);
  }
}
