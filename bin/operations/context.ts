import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DynamoDbDetectionLog } from '../../lambda/adapters/dynamodb-detection-log';
import { DynamoDbErasureLedger } from '../../lambda/adapters/dynamodb-erasure-ledger';
import { S3PictureStore } from '../../lambda/adapters/s3-picture-store';
import type { DetectionLog, ErasureLedger, PictureStore } from '../../lambda/domain/ports';
import { ConfigurationError, loadStageConfig } from '../../lib/config/load';
import type { StageConfig } from '../../lib/config/schema';
import { Names } from '../../lib/names';

/** What an operator's tool works with: the same adapters as the functions, under the caller's own credentials. */
export interface OperationsContext {
  readonly config: StageConfig;
  readonly names: Names;
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly documents: DynamoDBDocumentClient;
  readonly pictures: PictureStore;
  readonly log: DetectionLog;
  readonly ledger: ErasureLedger;
  readonly now: () => number;
  readonly print: (line: string) => void;
  /** Without it a tool only tells what it would do. */
  readonly confirmed: boolean;
}

/** Where and as whom; left out, both come from the environment, as for the AWS CLI. */
export type Connection = Pick<
  S3ClientConfig,
  'endpoint' | 'credentials' | 'requestHandler' | 'forcePathStyle'
>;

/**
 * @param region one of the stage's two; the one where it runs when left out
 * @throws ConfigurationError for a stage that there is not, or a region that is not the stage's
 */
export function operationsContext(
  stage: string,
  confirmed: boolean,
  connection: Connection = {},
  region?: string,
): OperationsContext {
  const config = loadStageConfig(stage);
  const regions = [config.region, config.drRegion];
  if (region !== undefined && !regions.includes(region))
    throw new ConfigurationError(`--region ${region} is none of the stage's: ${regions.join(', ')}.`);
  const names = new Names(config, region ?? config.region);
  const settings = { region: names.region, ...connection } as S3ClientConfig & DynamoDBClientConfig;
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(settings));
  const s3 = new S3Client(settings);
  return {
    config,
    names,
    documents,
    sqs: new SQSClient(settings),
    s3,
    pictures: new S3PictureStore(s3, names.pictureBucket),
    log: new DynamoDbDetectionLog(documents, names.detectionLogsTable, names.erasureLedgerTable),
    ledger: new DynamoDbErasureLedger(documents, names.erasureLedgerTable),
    now: Date.now,
    print: console.log,
    confirmed,
  };
}
