import { on } from '../aws-calls';
import { BOUNDS } from '../domain/bounds';
import { variables } from '../environment';
import { defineFunction, shareOfSlots } from '../function-definition';

export const notifyFunction = defineFunction({
  id: 'notify',
  description: 'Asks reviewers about an uncertain picture',
  entry: 'notification-service/notify.ts',
  stack: 'processing',
  calls: [
    ...on('topic:review')('sns:Publish'),
    ...on('table:DetectionLogs')('dynamodb:GetItem', 'dynamodb:UpdateItem'),
  ],
  environment: variables('DETECTION_LOGS_TABLE', 'REVIEW_TOPIC_ARN'),
  timeoutSeconds: BOUNDS.taskFunctionSeconds,
  memoryMegabytes: 512,
  concurrency: shareOfSlots(0.1),
  assumedSeconds: 0.1,
});
