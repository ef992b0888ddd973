import { on } from '../aws-calls';
import { variables } from '../environment';
import { defineFunction } from '../function-definition';

export const detectionStreamFunction = defineFunction({
  id: 'detectionStream',
  description: 'Counts what became of pictures, from the stream of the records, and notes whom to tell',
  entry: 'detection-stream/detection-stream.ts',
  stack: 'processing',
  polls: 'detection-stream',
  calls: on('webhooks:DetectionLogs')('dynamodb:UpdateItem'),
  environment: variables('DETECTION_LOGS_TABLE', 'WEBHOOK_ENDPOINTS'),
  timeoutSeconds: 30,
  memoryMegabytes: 256,
  concurrency: 5,
  assumedSeconds: 0.02,
});
