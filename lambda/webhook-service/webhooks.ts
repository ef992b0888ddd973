import { WORKFLOW_TASK } from '../adapters/client-configuration';
import { dynamoDbClient } from '../adapters/dynamodb-client';
import { DynamoDbDetectionLog } from '../adapters/dynamodb-detection-log';
import { DynamoDbWebhookLog } from '../adapters/dynamodb-webhook-log';
import { secretsManagerClient } from '../adapters/secrets-manager';
import { SecretsManagerWebhookSecrets } from '../adapters/secrets-manager-webhook-secrets';
import { readEnvironment } from '../runtime/environment';
import { createTelemetry } from '../runtime/telemetry';
import { webhooksFunction } from './webhooks-definition';
import { webhooksHandler } from './webhooks-handler';

const environment = readEnvironment(webhooksFunction);
const tables = dynamoDbClient(WORKFLOW_TASK);

export const handler = webhooksHandler({
  ports: {
    webhooks: new DynamoDbWebhookLog(tables, environment.DETECTION_LOGS_TABLE),
    log: new DynamoDbDetectionLog(tables, environment.DETECTION_LOGS_TABLE),
    secrets: new SecretsManagerWebhookSecrets(
      secretsManagerClient(WORKFLOW_TASK),
      environment.WEBHOOK_NAME_PREFIX,
    ),
    clock: Date.now,
    endpoints: environment.WEBHOOK_ENDPOINTS,
    overlapDays: environment.WEBHOOK_OVERLAP_DAYS,
  },
  telemetry: createTelemetry(environment.STAGE),
});
