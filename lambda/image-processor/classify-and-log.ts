import { WORKFLOW_TASK } from '../adapters/client-configuration';
import { dynamoDbClient } from '../adapters/dynamodb-client';
import { DynamoDbDetectionLog } from '../adapters/dynamodb-detection-log';
import { classifyInputSchema } from '../domain/workflow-messages';
import { readEnvironment } from '../runtime/environment';
import { taskHandler } from '../runtime/task';
import { createTelemetry } from '../runtime/telemetry';
import { classifyAndLog } from '../steps/classify-and-log';
import { classifyAndLogFunction } from './classify-and-log-definition';

const environment = readEnvironment(classifyAndLogFunction);
const ports = {
  log: new DynamoDbDetectionLog(dynamoDbClient(WORKFLOW_TASK), environment.DETECTION_LOGS_TABLE),
};

export const handler = taskHandler(createTelemetry(environment.STAGE), classifyInputSchema, (state) =>
  classifyAndLog(ports, state),
);
