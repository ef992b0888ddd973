import { WORKFLOW_TASK } from '../adapters/client-configuration';
import { dynamoDbClient } from '../adapters/dynamodb-client';
import { DynamoDbDetectionLog } from '../adapters/dynamodb-detection-log';
import { DynamoDbReviewLog } from '../adapters/dynamodb-review-log';
import { S3PictureStore, s3Client } from '../adapters/s3-picture-store';
import { SnsReviewPublisher, snsClient } from '../adapters/sns-review-publisher';
import { readEnvironment } from '../runtime/environment';
import { createTelemetry } from '../runtime/telemetry';
import { reviewRules } from './review-rules';
import { settleReviewsFunction } from './settle-reviews-definition';
import { settleReviewsHandler } from './settle-reviews-handler';

const environment = readEnvironment(settleReviewsFunction);
const tables = dynamoDbClient(WORKFLOW_TASK);

export const handler = settleReviewsHandler({
  ports: {
    pictures: new S3PictureStore(s3Client(WORKFLOW_TASK), environment.PICTURE_BUCKET),
    log: new DynamoDbDetectionLog(tables, environment.DETECTION_LOGS_TABLE),
    reviews: new DynamoDbReviewLog(tables, environment.DETECTION_LOGS_TABLE),
    publisher: new SnsReviewPublisher(snsClient(WORKFLOW_TASK), environment.REVIEW_TOPIC_ARN),
    clock: Date.now,
    rules: reviewRules(environment),
    days: { classified: environment.CLASSIFIED_DAYS, quarantine: environment.QUARANTINE_DAYS },
  },
  telemetry: createTelemetry(environment.STAGE),
});
