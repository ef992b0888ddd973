import { on } from '../aws-calls';
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
    ...on('secret:cursor')('secretsmanager:GetSecretValue'),
  ],
  environment: variables('CORS_ORIGINS', 'DETECTION_LOGS_TABLE', 'CLIENT_PARAMETER_PREFIX', 'CURSOR_SECRET'),
  // API Gateway waits 29 s at most.
  timeoutSeconds: 15,
  memoryMegabytes: 512,
  // As of upload.
  concurrency: ({ requestsAtOnce }) => requestsAtOnce,
  assumedSeconds: 0.1,
});
