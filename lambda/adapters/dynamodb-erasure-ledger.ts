import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { ErasureEntry } from '../domain/detection-record';
import type { ErasureLedger } from '../domain/ports';
import { call, errorName } from './service-errors';

export class DynamoDbErasureLedger implements ErasureLedger {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly table: string,
  ) {}

  private async read(imageId: string): Promise<{ ClientID?: string } | undefined> {
    const answer = await call('dynamodb:GetItem', () =>
      this.client.send(
        new GetCommand({
          TableName: this.table,
          Key: { ImageID: imageId },
          ConsistentRead: true,
          ProjectionExpression: 'ImageID, ClientID',
        }),
      ),
    );
    return answer.Item;
  }

  async has(imageId: string): Promise<boolean> {
    return (await this.read(imageId)) !== undefined;
  }

  async owner(imageId: string): Promise<string | undefined> {
    return (await this.read(imageId))?.ClientID;
  }

  async add(entry: ErasureEntry): Promise<void> {
    try {
      await call('dynamodb:PutItem', () =>
        this.client.send(
          new PutCommand({
            TableName: this.table,
            Item: entry,
            ConditionExpression: 'attribute_not_exists(ImageID)',
          }),
        ),
      );
    } catch (error) {
      if (errorName(error) !== 'ConditionalCheckFailedException') throw error;
    }
  }
}
