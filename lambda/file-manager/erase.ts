import { INTERACTIVE } from '../adapters/client-configuration';
import { dynamoDbClient } from '../adapters/dynamodb-client';
import { DynamoDbDetectionLog } from '../adapters/dynamodb-detection-log';
import { DynamoDbErasureLedger } from '../adapters/dynamodb-erasure-ledger';
import { S3PictureStore, s3Client } from '../adapters/s3-picture-store';
import { SsmClientRegistry, ssmClient } from '../adapters/ssm-parameters';
import { originsOf } from '../runtime/api';
import { readEnvironment } from '../runtime/environment';
import { createTelemetry } from '../runtime/telemetry';
import { clientIdentifier } from '../steps/identify-client';
import { eraseFunction } from './erase-definition';
import { eraseHandler } from './erase-handler';

const environment = readEnvironment(eraseFunction);
const tables = dynamoDbClient(INTERACTIVE);
const clients = new SsmClientRegistry(ssmClient(INTERACTIVE), environment.CLIENT_PARAMETER_PREFIX);

export const handler = eraseHandler({
  ports: {
    pictures: new S3PictureStore(s3Client(INTERACTIVE), environment.PICTURE_BUCKET),
    log: new DynamoDbDetectionLog(tables, environment.DETECTION_LOGS_TABLE),
    ledger: new DynamoDbErasureLedger(tables, environment.ERASURE_LEDGER_TABLE),
    clock: Date.now,
  },
  identify: clientIdentifier(clients, Date.now),
  origins: originsOf(environment.CORS_ORIGINS),
  telemetry: createTelemetry(environment.STAGE),
  stewardRole: environment.STEWARD_ROLE_ARN,
});
