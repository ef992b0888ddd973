import { DECIDED_FOLDERS, inEvery, on, TELLS_MISSING } from '../aws-calls';
import { variables } from '../environment';
import { defineFunction } from '../function-definition';

export const settleReviewsFunction = defineFunction({
  id: 'settleReviews',
  description: 'Brings reviewed pictures to their places and ends reviews whose time is over',
  entry: 'review-service/settle-reviews.ts',
  stack: 'processing',
  calls: [
    ...on('bucket:pictures')('s3:ListBucketVersions', TELLS_MISSING),
    ...on('object:review/*')('s3:GetObjectVersion'),
    ...inEvery(['cats', 'dogs', 'others', 'quarantine'], 's3:PutObject', 's3:GetObject'),
    ...inEvery(['input', ...DECIDED_FOLDERS], 's3:DeleteObjectVersion'),
    ...on('table:DetectionLogs')('dynamodb:GetItem', 'dynamodb:UpdateItem'),
    ...on('index:DetectionLogs/ByReview')('dynamodb:Query'),
    ...on('topic:review')('sns:Publish'),
  ],
  environment: variables(
    'PICTURE_BUCKET',
    'DETECTION_LOGS_TABLE',
    'REVIEW_TOPIC_ARN',
    'CLASSIFIED_DAYS',
    'QUARANTINE_DAYS',
    'REVIEW_PEOPLE',
    'REVIEW_EXPIRE_DAYS',
    'REVIEW_ON_EXPIRY',
  ),
  // A run begins nothing more after BOUNDS.reviewSweepSeconds; what it has begun, it ends.
  timeoutSeconds: 60,
  memoryMegabytes: 1024,
  // Runs must not overlap: see sweepReviews.
  concurrency: 1,
});
