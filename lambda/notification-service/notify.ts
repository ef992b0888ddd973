import { WORKFLOW_TASK } from '../adapters/client-configuration';
import { dynamoDbClient } from '../adapters/dynamodb-client';
import { DynamoDbDetectionLog } from '../adapters/dynamodb-detection-log';
import { SnsReviewPublisher, snsClient } from '../adapters/sns-review-publisher';
import { organisedSchema } from '../domain/workflow-messages';
import { readEnvironment } from '../runtime/environment';
import { taskHandler } from '../runtime/task';
import { createTelemetry } from '../runtime/telemetry';
import { notify } from '../steps/notify';
import { notifyFunction } from './notify-definition';

const environment = readEnvironment(notifyFunction);
const ports = {
  log: new DynamoDbDetectionLog(dynamoDbClient(WORKFLOW_TASK), environment.DETECTION_LOGS_TABLE),
  reviews: new SnsReviewPublisher(snsClient(WORKFLOW_TASK), environment.REVIEW_TOPIC_ARN),
  clock: Date.now,
};

export const handler = taskHandler(createTelemetry(environment.STAGE), organisedSchema, (state) =>
  notify(ports, state),
);
