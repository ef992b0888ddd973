import { on } from '../aws-calls';
import { BOUNDS } from '../domain/bounds';
import { variables } from '../environment';
import { defineFunction, shareOfSlots } from '../function-definition';

export const classifyAndLogFunction = defineFunction({
  id: 'classifyAndLog',
  description: 'Decides what a picture shows and writes it to the record',
  entry: 'image-processor/classify-and-log.ts',
  stack: 'processing',
  calls: on('table:DetectionLogs')('dynamodb:UpdateItem'),
  environment: variables('DETECTION_LOGS_TABLE'),
  timeoutSeconds: BOUNDS.taskFunctionSeconds,
  memoryMegabytes: 512,
  concurrency: shareOfSlots(0.1),
  assumedSeconds: 0.1,
});
