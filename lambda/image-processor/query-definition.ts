import { on } from '../aws-calls';
import { BOUNDS } from '../domain/bounds';
import { variables } from '../environment';
import { defineFunction } from '../function-definition';

export const queryFunction = defineFunction({
  id: 'query',
  description: "GET /images and GET /images/{id}: a client's own records",
  entry: 'image-processor/query.ts',
  stack: 'api',
  calls: [
    ...on('parameter:clients/*')('ssm:GetParameter'),
    ...on('table:DetectionLogs')('dynamodb:GetItem'),
    ...on('index:DetectionLogs/*')('dynamodb:Query'),
    ...on('waits:DetectionLogs')('dynamodb:UpdateItem'),
    ...on('secret:cursor')('secretsmanager:GetSecretValue'),
  ],
  environment: variables('CORS_ORIGINS', 'DETECTION_LOGS_TABLE', 'CLIENT_PARAMETER_PREFIX', 'CURSOR_SECRET'),
  timeoutSeconds: BOUNDS.queryFunctionSeconds,
  memoryMegabytes: 512,
  // As of upload; and a slot for each request that may wait, so that those leave the others what they had without them.
  concurrency: ({ requestsAtOnce, clients }) => requestsAtOnce + clients * BOUNDS.waitsAtOnce,
  assumedSeconds: 0.1,
});
