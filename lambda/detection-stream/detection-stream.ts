import { WORKFLOW_TASK } from '../adapters/client-configuration';
import { dynamoDbClient } from '../adapters/dynamodb-client';
import { DynamoDbWebhookLog } from '../adapters/dynamodb-webhook-log';
import { readEnvironment } from '../runtime/environment';
import { createTelemetry } from '../runtime/telemetry';
import { detectionStreamFunction } from './detection-stream-definition';
import { detectionStreamHandler } from './detection-stream-handler';

const environment = readEnvironment(detectionStreamFunction);

export const handler = detectionStreamHandler({
  ports: {
    webhooks: new DynamoDbWebhookLog(dynamoDbClient(WORKFLOW_TASK), environment.DETECTION_LOGS_TABLE),
    endpoints: environment.WEBHOOK_ENDPOINTS,
  },
  telemetry: createTelemetry(environment.STAGE),
});
