import { INTERACTIVE } from '../adapters/client-configuration';
import { dynamoDbClient } from '../adapters/dynamodb-client';
import { DynamoDbDetectionLog } from '../adapters/dynamodb-detection-log';
import { SecretsManagerCursorKeys, secretsManagerClient } from '../adapters/secrets-manager-cursor-keys';
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
const keys = new SecretsManagerCursorKeys(secretsManagerClient(INTERACTIVE), environment.CURSOR_SECRET);

export const handler = queryHandler({
  log: new DynamoDbDetectionLog(dynamoDbClient(INTERACTIVE), environment.DETECTION_LOGS_TABLE),
  signingKeys: signingKeys(keys, Date.now),
  identify: clientIdentifier(clients, Date.now),
  telemetry: createTelemetry(environment.STAGE),
  origins: originsOf(environment.CORS_ORIGINS),
});
