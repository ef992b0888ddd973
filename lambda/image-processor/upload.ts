import { randomUUID } from 'node:crypto';
import { INTERACTIVE } from '../adapters/client-configuration';
import { dynamoDbClient } from '../adapters/dynamodb-client';
import { DynamoDbUploadCounter } from '../adapters/dynamodb-upload-counter';
import { DynamoDbDetectionLog } from '../adapters/dynamodb-detection-log';
import { S3PictureStore, s3Client } from '../adapters/s3-picture-store';
import { SsmClientRegistry, ssmClient } from '../adapters/ssm-parameters';
import { originsOf } from '../runtime/api';
import { readEnvironment } from '../runtime/environment';
import { createTelemetry } from '../runtime/telemetry';
import { clientIdentifier } from '../steps/identify-client';
import { uploadFunction } from './upload-definition';
import { uploadHandler } from './upload-handler';

const environment = readEnvironment(uploadFunction);
const tables = dynamoDbClient(INTERACTIVE);
const clients = new SsmClientRegistry(ssmClient(INTERACTIVE), environment.CLIENT_PARAMETER_PREFIX);

export const handler = uploadHandler({
  ports: {
    pictures: new S3PictureStore(s3Client(INTERACTIVE), environment.PICTURE_BUCKET),
    log: new DynamoDbDetectionLog(tables, environment.DETECTION_LOGS_TABLE, environment.ERASURE_LEDGER_TABLE),
    counter: new DynamoDbUploadCounter(tables, environment.DETECTION_LOGS_TABLE),
    picturesPerHour: environment.PICTURES_PER_HOUR,
    clock: Date.now,
    ids: randomUUID,
    days: { pending: environment.PENDING_DAYS, record: environment.RECORD_DAYS },
  },
  identify: clientIdentifier(clients, Date.now),
  telemetry: createTelemetry(environment.STAGE),
  origins: originsOf(environment.CORS_ORIGINS),
});
