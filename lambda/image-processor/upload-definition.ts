import { on } from '../aws-calls';
import { variables } from '../environment';
import { defineFunction } from '../function-definition';

export const uploadFunction = defineFunction({
  id: 'upload',
  description: 'POST /upload: takes a small picture, or gives a form for a larger one',
  entry: 'image-processor/upload.ts',
  stack: 'api',
  calls: [
    ...on('parameter:clients/*')('ssm:GetParameter'),
    ...on('table:DetectionLogs')('dynamodb:PutItem', 'dynamodb:UpdateItem'),
    ...on('table:ErasureLedger')('dynamodb:ConditionCheckItem'),
    ...on('object:input/*')('s3:PutObject'),
  ],
  environment: variables(
    'CORS_ORIGINS',
    'PICTURE_BUCKET',
    'DETECTION_LOGS_TABLE',
    'CLIENT_PARAMETER_PREFIX',
    'ERASURE_LEDGER_TABLE',
    'PENDING_DAYS',
    'RECORD_DAYS',
    'PICTURES_PER_HOUR',
  ),
  // API Gateway waits 29 s at most.
  timeoutSeconds: 20,
  memoryMegabytes: 1024,
  // All that the API lets through at once: what it admits must find a function, or a 5xx stands where a 429 belongs.
  concurrency: ({ uploadsAtOnce }) => uploadsAtOnce,
  assumedSeconds: 0.3,
});
