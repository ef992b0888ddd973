import { BOUNDS } from '../../../lambda/domain/bounds';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { FunctionNetwork, StageStackProps } from '../../stage-context';
import { ServerlessFunction } from '../functions/serverless-function';
import { longestStartWaitSeconds } from './intake-concurrency';
import { intakeTimeoutSeconds, leaseSeconds } from './time-limits';

export interface WorkflowFunctionsProps extends StageStackProps {
  readonly network: FunctionNetwork;
  readonly failures: IQueue;
}

/** The functions on the way of a picture through the workflow. */
export class WorkflowFunctions extends Construct {
  readonly intake: ServerlessFunction<'intake'>;
  readonly analyze: ServerlessFunction<'analyze'>;
  readonly classifyAndLog: ServerlessFunction<'classifyAndLog'>;
  readonly organise: ServerlessFunction<'organise'>;
  readonly notify: ServerlessFunction<'notify'>;
  readonly detectionStream: ServerlessFunction<'detectionStream'>;

  constructor(scope: Construct, id: string, props: WorkflowFunctionsProps) {
    super(scope, id);
    const { config, names } = props;
    const { retention } = config;
    const records = { DETECTION_LOGS_TABLE: names.detectionLogsTable };
    const pictures = { PICTURE_BUCKET: names.pictureBucket };
    const task = { ...props, timeoutSeconds: BOUNDS.taskFunctionSeconds };
    const days = (count: number) => String(count);

    this.intake = new ServerlessFunction(this, 'Intake', {
      ...props,
      functionId: 'intake',
      description: 'Claims an arrived picture and runs its workflow',
      timeoutSeconds: intakeTimeoutSeconds(config),
      // It waits most of its time.
      memorySize: 320,
      environment: {
        ...pictures,
        ...records,
        ERASURE_LEDGER_TABLE: names.erasureLedgerTable,
        STATE_MACHINE_ARN: names.stateMachineAliasArn,
        LEASE_SECONDS: String(leaseSeconds(config)),
        WORKFLOW_TIMEOUT_SECONDS: String(config.workflow.timeoutSeconds),
        STARTS_PER_SECOND: String(config.rekognitionTransactionsPerSecond),
        LONGEST_START_WAIT_SECONDS: String(longestStartWaitSeconds(config)),
        MAX_RECEIVE_COUNT: String(config.workflow.maxReceiveCount),
        RECORD_DAYS: days(retention.inputPicture),
      },
    });
    this.analyze = new ServerlessFunction(this, 'Analyze', {
      ...task,
      functionId: 'analyze',
      description: 'Checks a picture and asks Rekognition for its labels',
      memorySize: 1024,
      environment: { ...pictures, THRESHOLDS_PARAMETER: names.thresholdsParameter },
    });
    this.classifyAndLog = new ServerlessFunction(this, 'ClassifyAndLog', {
      ...task,
      functionId: 'classifyAndLog',
      description: 'Decides what a picture shows and writes it to the record',
      memorySize: 512,
      environment: records,
    });
    this.organise = new ServerlessFunction(this, 'Organise', {
      ...task,
      functionId: 'organise',
      description: 'Moves a picture to the folder of its decision, or to quarantine',
      memorySize: 1024,
      environment: {
        ...pictures,
        ...records,
        CLASSIFIED_DAYS: days(retention.classifiedPicture),
        REVIEW_DAYS: days(retention.reviewPicture),
        QUARANTINE_DAYS: days(retention.quarantinedPicture),
      },
    });
    this.notify = new ServerlessFunction(this, 'Notify', {
      ...task,
      functionId: 'notify',
      description: 'Asks reviewers about an uncertain picture',
      memorySize: 512,
      environment: { ...records, REVIEW_TOPIC_ARN: names.topicArn(names.reviewTopic) },
    });
    this.detectionStream = new ServerlessFunction(this, 'DetectionStream', {
      ...props,
      functionId: 'detectionStream',
      description: 'Counts what became of pictures, from the stream of the records',
      timeoutSeconds: 30,
      memorySize: 256,
      environment: {},
    });
  }
}
