import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { DETECTION_LOGS } from '../domain/detection-record';
import type { UploadCounter } from '../domain/ports';
import { call, errorName } from './service-errors';

/** One item of the DetectionLogs table for a client and an hour, that is no record: `Uploads`. */
export class DynamoDbUploadCounter implements UploadCounter {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly table: string,
  ) {}

  async count({ clientId, hour, most, expiresAt }: Parameters<UploadCounter['count']>[0]): Promise<boolean> {
    try {
      await call('dynamodb:UpdateItem', () =>
        this.client.send(
          new UpdateCommand({
            TableName: this.table,
            Key: { ImageID: `${DETECTION_LOGS.uploadsKeyPrefix}${clientId}#${hour}` },
            UpdateExpression: `ADD Uploads :one SET ${DETECTION_LOGS.ttl} = :expiresAt`,
            ConditionExpression: 'attribute_not_exists(Uploads) OR Uploads < :most',
            ExpressionAttributeValues: { ':one': 1, ':most': most, ':expiresAt': expiresAt },
          }),
        ),
      );
      return true;
    } catch (error) {
      if (errorName(error) !== 'ConditionalCheckFailedException') throw error;
      return false;
    }
  }
}
