import { setTimeout } from 'node:timers/promises';
import { INTERACTIVE } from '../adapters/client-configuration';
import { dynamoDbClient } from '../adapters/dynamodb-client';
import { DynamoDbDetectionLog } from '../adapters/dynamodb-detection-log';
import { DynamoDbWaitSlots } from '../adapters/dynamodb-wait-slots';
import { secretsManagerClient } from '../adapters/secrets-manager';
import { SecretsManagerCursorKeys } from '../adapters/secrets-manager-cursor-keys';
import { SsmClientRegistry, ssmClient } from '../adapters/ssm-parameters';
import { originsOf } from '../runtime/api';
import { readEnvironment } from '../runtime/environment';
import { createTelemetry } from '../runtime/telemetry';
import { clientIdentifier } from '../steps/identify-client';
import { signingKeys } from '../steps/signing-keys';
import { queryFunction } from './query-definition';
import { queryHandler } from './query-handler';

const environment = readEnvironment(queryFunction);
const clients = new SsmClientRegistry(ssmClient(INTERACTIVE), environment.CLIENT_PARAMETER_PREFIX);
const tables = dynamoDbClient(INTERACTIVE);
const keys = new SecretsManagerCursorKeys(secretsManagerClient(INTERACTIVE), environment.CURSOR_SECRET);

export const handler = queryHandler({
  ports: {
    log: new DynamoDbDetectionLog(tables, environment.DETECTION_LOGS_TABLE),
    slots: new DynamoDbWaitSlots(tables, environment.DETECTION_LOGS_TABLE),
    clock: Date.now,
    sleep: setTimeout,
  },
  signingKeys: signingKeys(keys, Date.now),
  identify: clientIdentifier(clients, Date.now),
  telemetry: createTelemetry(environment.STAGE),
  origins: originsOf(environment.CORS_ORIGINS),
});
