import { INTERACTIVE } from '../adapters/client-configuration';
import { dynamoDbClient } from '../adapters/dynamodb-client';
import { DynamoDbDetectionLog } from '../adapters/dynamodb-detection-log';
import { DynamoDbErasureLedger } from '../adapters/dynamodb-erasure-ledger';
import { DynamoDbReviewLog } from '../adapters/dynamodb-review-log';
import { S3PictureLinks } from '../adapters/s3-picture-links';
import { s3Client } from '../adapters/s3-picture-store';
import { secretsManagerClient } from '../adapters/secrets-manager';
import { SecretsManagerCursorKeys } from '../adapters/secrets-manager-cursor-keys';
import { readEnvironment } from '../runtime/environment';
import { createTelemetry } from '../runtime/telemetry';
import { signingKeys } from '../steps/signing-keys';
import { reviewsFunction } from './reviews-definition';
import { reviewHandler } from './reviews-handler';
import { reviewRules } from './review-rules';

const environment = readEnvironment(reviewsFunction);
const tables = dynamoDbClient(INTERACTIVE);
const keys = new SecretsManagerCursorKeys(secretsManagerClient(INTERACTIVE), environment.CURSOR_SECRET);

export const handler = reviewHandler({
  ports: {
    log: new DynamoDbDetectionLog(tables, environment.DETECTION_LOGS_TABLE),
    reviews: new DynamoDbReviewLog(tables, environment.DETECTION_LOGS_TABLE),
    ledger: new DynamoDbErasureLedger(tables, environment.ERASURE_LEDGER_TABLE),
    links: new S3PictureLinks(s3Client(INTERACTIVE), environment.PICTURE_BUCKET),
    signingKeys: signingKeys(keys, Date.now),
    clock: Date.now,
    rules: reviewRules(environment),
  },
  telemetry: createTelemetry(environment.STAGE),
  reviewerRole: environment.REVIEWER_ROLE_ARN,
});
