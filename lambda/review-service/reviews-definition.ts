import { on } from '../aws-calls';
import { BOUNDS } from '../domain/bounds';
import { variables } from '../environment';
import { defineFunction } from '../function-definition';

export const reviewsFunction = defineFunction({
  id: 'reviews',
  description: 'What waits for a person, and the decisions of people; moves and deletes nothing',
  entry: 'review-service/reviews.ts',
  stack: 'api',
  calls: [
    ...on('table:DetectionLogs')('dynamodb:GetItem', 'dynamodb:UpdateItem'),
    ...on('index:DetectionLogs/ByReview')('dynamodb:Query'),
    ...on('table:ErasureLedger')('dynamodb:GetItem'),
    // Not called: S3 asks for it when a link that the function signed is followed.
    ...on('object:review/*')('s3:GetObject'),
    ...on('secret:cursor')('secretsmanager:GetSecretValue'),
  ],
  environment: variables(
    'PICTURE_BUCKET',
    'DETECTION_LOGS_TABLE',
    'ERASURE_LEDGER_TABLE',
    'CURSOR_SECRET',
    'REVIEW_PEOPLE',
    'REVIEW_EXPIRE_DAYS',
    'REVIEW_ON_EXPIRY',
    'REVIEWER_ROLE_ARN',
  ),
  // API Gateway waits 29 s at most.
  timeoutSeconds: 15,
  memoryMegabytes: 512,
  concurrency: BOUNDS.reviewRequestsAtOnce,
  assumedSeconds: 0.2,
});
