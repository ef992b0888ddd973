import { WORKFLOW_TASK } from '../adapters/client-configuration';
import { dynamoDbClient } from '../adapters/dynamodb-client';
import { DynamoDbDetectionLog } from '../adapters/dynamodb-detection-log';
import { S3PictureStore, s3Client } from '../adapters/s3-picture-store';
import { organiseInputSchema } from '../domain/workflow-messages';
import { readEnvironment } from '../runtime/environment';
import { taskHandler } from '../runtime/task';
import { createTelemetry } from '../runtime/telemetry';
import { organise } from '../steps/organise';
import { organiseFunction } from './organise-definition';

const environment = readEnvironment(organiseFunction);
const ports = {
  pictures: new S3PictureStore(s3Client(WORKFLOW_TASK), environment.PICTURE_BUCKET),
  log: new DynamoDbDetectionLog(dynamoDbClient(WORKFLOW_TASK), environment.DETECTION_LOGS_TABLE),
  clock: Date.now,
  days: {
    classified: environment.CLASSIFIED_DAYS,
    review: environment.REVIEW_DAYS,
    quarantine: environment.QUARANTINE_DAYS,
  },
};

export const handler = taskHandler(createTelemetry(environment.STAGE), organiseInputSchema, (state) =>
  organise(ports, state),
);
