import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { StageStackProps } from '../../stacks/stage-stack';
import { intakeConcurrency } from './intake-concurrency';

export interface EventSourcesProps extends StageStackProps {
  readonly detectionStreamArn: string;
}

/** How the queue reaches intake and the table's stream reaches detection-stream: both by the alias `live`. */
export class EventSources extends Construct {
  readonly intake: CfnEventSourceMapping;
  readonly detectionStream: CfnEventSourceMapping;

  constructor(scope: Construct, id: string, { config, names, detectionStreamArn }: EventSourcesProps) {
    super(scope, id);
    this.intake = new CfnEventSourceMapping(this, 'Intake', {
      functionName: names.functionAliasArn('intake'),
      eventSourceArn: names.queueArn(names.intakeQueue),
      batchSize: 1,
      functionResponseTypes: ['ReportBatchItemFailures'],
      scalingConfig: { maximumConcurrency: intakeConcurrency(config) },
    });
    this.detectionStream = new CfnEventSourceMapping(this, 'DetectionStream', {
      functionName: names.functionAliasArn('detectionStream'),
      eventSourceArn: detectionStreamArn,
      startingPosition: 'LATEST',
      batchSize: 100,
      maximumBatchingWindowInSeconds: 5,
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 5,
      maximumRecordAgeInSeconds: 86_400,
      functionResponseTypes: ['ReportBatchItemFailures'],
      destinationConfig: { onFailure: { destination: names.queueArn(names.failureQueue) } },
    });
  }
}
