import { on } from '../aws-calls';
import { variables } from '../environment';
import { defineFunction } from '../function-definition';

export const webhooksFunction = defineFunction({
  id: 'webhooks',
  description: 'Signs what clients are told, and notes what became of it; sends nothing itself',
  entry: 'webhook-service/webhooks.ts',
  stack: 'processing',
  calls: [
    ...on('table:DetectionLogs')('dynamodb:GetItem'),
    ...on('webhooks:DetectionLogs')('dynamodb:UpdateItem'),
    ...on('index:DetectionLogs/ByWebhook')('dynamodb:Query'),
    ...on('secret:webhooks/*')('secretsmanager:GetSecretValue'),
  ],
  environment: variables(
    'DETECTION_LOGS_TABLE',
    'WEBHOOK_ENDPOINTS',
    'WEBHOOK_NAME_PREFIX',
    'WEBHOOK_OVERLAP_DAYS',
  ),
  timeoutSeconds: 20,
  memoryMegabytes: 512,
  // One run a client, and one that begins while another ends.
  concurrency: 2,
});
