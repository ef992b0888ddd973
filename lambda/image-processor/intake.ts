import { setTimeout } from 'node:timers/promises';
import { WORKFLOW_TASK } from '../adapters/client-configuration';
import { dynamoDbClient } from '../adapters/dynamodb-client';
import { DynamoDbDetectionLog } from '../adapters/dynamodb-detection-log';
import { DynamoDbErasureLedger } from '../adapters/dynamodb-erasure-ledger';
import { DynamoDbStartSchedule } from '../adapters/dynamodb-start-schedule';
import { S3PictureStore, s3Client } from '../adapters/s3-picture-store';
import { StepFunctionsWorkflow, stepFunctionsClient } from '../adapters/sfn-workflow';
import { readEnvironment } from '../runtime/environment';
import { createTelemetry } from '../runtime/telemetry';
import { pacedWorkflow } from '../steps/paced-workflow';
import { intakeFunction } from './intake-definition';
import { intakeHandler } from './intake-handler';

const environment = readEnvironment(intakeFunction);
const tables = dynamoDbClient(WORKFLOW_TASK);

/** The socket outlives the workflow and ends before the function, so that a timeout has one reader. */
const SOCKET_SECONDS = environment.WORKFLOW_TIMEOUT_SECONDS + 5;

export const handler = intakeHandler({
  ports: {
    pictures: new S3PictureStore(s3Client(WORKFLOW_TASK), environment.PICTURE_BUCKET),
    log: new DynamoDbDetectionLog(tables, environment.DETECTION_LOGS_TABLE),
    ledger: new DynamoDbErasureLedger(tables, environment.ERASURE_LEDGER_TABLE),
    // One attempt: a second one could run the same picture twice at once.
    workflow: pacedWorkflow(
      new StepFunctionsWorkflow(
        stepFunctionsClient({ attempts: 1, seconds: SOCKET_SECONDS }),
        environment.STATE_MACHINE_ARN,
      ),
      {
        schedule: new DynamoDbStartSchedule(tables, environment.DETECTION_LOGS_TABLE),
        clock: Date.now,
        sleep: setTimeout,
        startsPerSecond: environment.STARTS_PER_SECOND,
        longestWaitSeconds: environment.LONGEST_START_WAIT_SECONDS,
      },
    ),
    clock: Date.now,
    leaseSeconds: environment.LEASE_SECONDS,
    maxReceiveCount: environment.MAX_RECEIVE_COUNT,
    recordDays: environment.RECORD_DAYS,
  },
  telemetry: createTelemetry(environment.STAGE),
});
