import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { type Emulator, ROOT_CREDENTIALS } from './emulator';

/** Settings that point any SDK client at an emulator, as its root. */
export const clientSettings = (emulator: Emulator) => ({
  endpoint: emulator.endpoint,
  region: emulator.region,
  credentials: ROOT_CREDENTIALS,
  requestHandler: new NodeHttpHandler({ httpsAgent: emulator.agent }),
});

/** The clients with which the deployer and the tools act as the account's root. */
export function rootClients(emulator: Emulator) {
  const settings = clientSettings(emulator);
  return {
    apiGateway: new APIGatewayClient(settings),
    cloudFormation: new CloudFormationClient(settings),
    cloudTrail: new CloudTrailClient(settings),
    dynamodb: new DynamoDBClient(settings),
    iam: new IAMClient(settings),
    s3: new S3Client({ ...settings, forcePathStyle: true }),
    secretsManager: new SecretsManagerClient(settings),
    sfn: new SFNClient(settings),
    sns: new SNSClient(settings),
    sqs: new SQSClient(settings),
    ssm: new SSMClient(settings),
  };
}
export type RootClients = ReturnType<typeof rootClients>;
