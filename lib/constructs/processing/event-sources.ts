import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { DETECTION_LOGS } from '../../../lambda/domain/detection-record';
import type { StageStackProps } from '../../stage-context';
import type { ServerlessFunction } from '../functions/serverless-function';
import { intakeConcurrency } from './intake-concurrency';

export interface EventSourcesProps extends StageStackProps {
  readonly intakeQueueArn: string;
  readonly intakeFunction: ServerlessFunction;
  readonly detectionStreamArn: string;
  readonly detectionStreamFunction: ServerlessFunction;
}

/**
 * An image id begins with a hexadecimal digit, and what is no record does not.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 */
const RECORDS_ONLY = {
  dynamodb: {
    Keys: {
      [DETECTION_LOGS.partitionKey]: {
        S: Array.from({ length: 16 }, (_, digit) => ({ prefix: digit.toString(16) })),
      },
    },
  },
};

/**
 * How the queue reaches intake and the table's stream reaches detection-stream: both by the alias `live`. In the region that
 * waits to take over, pictures wait in the queue, fourteen days at most, until a failover switches its mapping on.
 */
export class EventSources extends Construct {
  readonly intake: CfnEventSourceMapping;
  readonly detectionStream: CfnEventSourceMapping;

  constructor(scope: Construct, id: string, props: EventSourcesProps) {
    super(scope, id);
    const { config, names } = props;
    this.intake = new CfnEventSourceMapping(this, 'Intake', {
      functionName: props.intakeFunction.alias.functionArn,
      eventSourceArn: props.intakeQueueArn,
      batchSize: 1,
      enabled: names.isPrimaryRegion || config.recovery.active,
      functionResponseTypes: ['ReportBatchItemFailures'],
      scalingConfig: { maximumConcurrency: intakeConcurrency(config) },
    });
    this.detectionStream = new CfnEventSourceMapping(this, 'DetectionStream', {
      functionName: props.detectionStreamFunction.alias.functionArn,
      eventSourceArn: props.detectionStreamArn,
      startingPosition: 'LATEST',
      batchSize: 100,
      maximumBatchingWindowInSeconds: 5,
      bisectBatchOnFunctionError: true,
      filterCriteria: { filters: [{ pattern: JSON.stringify(RECORDS_ONLY) }] },
      maximumRetryAttempts: 5,
      maximumRecordAgeInSeconds: 86_400,
      functionResponseTypes: ['ReportBatchItemFailures'],
      destinationConfig: { onFailure: { destination: names.queueArn(names.failureQueue) } },
    });
  }
}
