import { DECIDED_FOLDERS, inEvery, on, TELLS_MISSING } from '../aws-calls';
import { BOUNDS } from '../domain/bounds';
import { variables } from '../environment';
import { defineFunction, shareOfSlots } from '../function-definition';

export const organiseFunction = defineFunction({
  id: 'organise',
  description: 'Moves a picture to the folder of its decision, or to quarantine',
  entry: 'file-manager/organise.ts',
  stack: 'processing',
  calls: [
    ...on('bucket:pictures')('s3:ListBucketVersions', TELLS_MISSING),
    ...on('object:input/*')('s3:GetObjectVersion', 's3:DeleteObjectVersion'),
    ...inEvery(DECIDED_FOLDERS, 's3:PutObject', 's3:GetObject', 's3:DeleteObjectVersion'),
    ...on('table:DetectionLogs')('dynamodb:GetItem', 'dynamodb:UpdateItem'),
  ],
  environment: variables(
    'PICTURE_BUCKET',
    'DETECTION_LOGS_TABLE',
    'CLASSIFIED_DAYS',
    'REVIEW_DAYS',
    'QUARANTINE_DAYS',
  ),
  timeoutSeconds: BOUNDS.taskFunctionSeconds,
  memoryMegabytes: 1024,
  concurrency: shareOfSlots(0.25),
  assumedSeconds: 0.4,
});
