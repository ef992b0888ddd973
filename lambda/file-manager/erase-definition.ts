import { DECIDED_FOLDERS, inEvery, on } from '../aws-calls';
import { BOUNDS } from '../domain/bounds';
import { variables } from '../environment';
import { defineFunction } from '../function-definition';

export const eraseFunction = defineFunction({
  id: 'erase',
  description:
    'DELETE of an image, by its client or a steward: every version, the record, and a ledger entry',
  entry: 'file-manager/erase.ts',
  stack: 'api',
  calls: [
    ...on('parameter:clients/*')('ssm:GetParameter'),
    ...on('bucket:pictures')('s3:ListBucketVersions'),
    ...inEvery(['input', ...DECIDED_FOLDERS], 's3:DeleteObjectVersion'),
    ...on('table:DetectionLogs')('dynamodb:GetItem', 'dynamodb:DeleteItem'),
    ...on('table:ErasureLedger')('dynamodb:GetItem', 'dynamodb:PutItem'),
  ],
  environment: variables(
    'CORS_ORIGINS',
    'PICTURE_BUCKET',
    'DETECTION_LOGS_TABLE',
    'CLIENT_PARAMETER_PREFIX',
    'ERASURE_LEDGER_TABLE',
    'STEWARD_ROLE_ARN',
  ),
  // API Gateway waits 29 s at most.
  timeoutSeconds: 25,
  memoryMegabytes: 512,
  concurrency: BOUNDS.allErasuresAtOnce,
  assumedSeconds: 0.3,
});
