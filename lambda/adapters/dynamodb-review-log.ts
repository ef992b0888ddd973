import { DeleteCommand, type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { DETECTION_LOGS } from '../domain/detection-record';
import type * as port from '../domain/ports';
import { conditionally, type RecordUpdate, updateCommand } from './dynamodb-conditional';
import { parseRecord } from './dynamodb-record';
import { call } from './service-errors';

const { byReview } = DETECTION_LOGS.indexes;
const OPEN =
  'ProcessingStatus = :completed AND DetectedAnimal = :uncertain AND attribute_not_exists(ReviewDecision)';
/** A record from before reviews were kept has no version, and is of the first. */
const OF_VERSION =
  '(ReviewVersion = :version OR (attribute_not_exists(ReviewVersion) AND :version = :first))';

const keysSchema = z.array(z.object({ [DETECTION_LOGS.partitionKey]: z.string() }));
const settlingKey = (imageId: string) => ({ ImageID: `${DETECTION_LOGS.settlingKeyPrefix}${imageId}` });

type Done = Promise<port.Conditional<undefined>>;

/** The sparse index ByReview and the writes of a review. */
export class DynamoDbReviewLog implements port.ReviewLog {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly table: string,
  ) {}

  private async query(queue: string, { until, limit, startKey }: Partial<port.WaitingQuery>) {
    return await call('dynamodb:Query', () =>
      this.client.send(
        new QueryCommand({
          TableName: this.table,
          IndexName: byReview.name,
          KeyConditionExpression: `#queue = :queue${until === undefined ? '' : ' AND #since <= :until'}`,
          ExpressionAttributeNames: {
            '#queue': byReview.partitionKey,
            ...(until !== undefined && { '#since': byReview.sortKey }),
          },
          ExpressionAttributeValues: { ':queue': queue, ...(until !== undefined && { ':until': until }) },
          ScanIndexForward: true,
          ...(limit !== undefined && { Limit: limit }),
          ...(startKey && { ExclusiveStartKey: startKey }),
        }),
      ),
    );
  }

  private async apply(update: RecordUpdate): Done {
    return await conditionally('dynamodb:UpdateItem', async () => {
      await this.client.send(updateCommand(this.table, update));
      return undefined;
    });
  }

  async waiting(query: port.WaitingQuery): Promise<port.RecordPage> {
    const { Items = [], LastEvaluatedKey } = await this.query('waiting', query);
    return {
      records: Items.map(parseRecord),
      ...(LastEvaluatedKey && { lastKey: LastEvaluatedKey as Record<string, string> }),
    };
  }

  async unsettled(...[queue, startKey]: Parameters<port.ReviewLog['unsettled']>) {
    const { Items, LastEvaluatedKey } = await this.query(queue, { startKey });
    return {
      imageIds: keysSchema
        .parse(Items ?? [])
        .map(({ ImageID }) => ImageID.replace(DETECTION_LOGS.settlingKeyPrefix, '')),
      ...(LastEvaluatedKey && { lastKey: LastEvaluatedKey as Record<string, string> }),
    };
  }

  async write(imageId: string, version: number, { since, votes, decision }: port.ReviewWrite): Done {
    return await this.apply({
      imageId,
      set: {
        ReviewVersion: version + 1,
        ReviewVotes: votes,
        ReviewSince: since,
        ReviewQueue: decision ? 'decided' : 'waiting',
        ...(decision && { ReviewDecision: decision }),
      },
      condition: `${OPEN} AND ${OF_VERSION}`,
      values: { ':completed': 'completed', ':uncertain': 'uncertain', ':version': version, ':first': 1 },
    });
  }

  async beginSettling(imageId: string, since: string): Promise<void> {
    await call('dynamodb:PutItem', () =>
      this.client.send(
        new PutCommand({
          TableName: this.table,
          Item: { ...settlingKey(imageId), [byReview.partitionKey]: 'settling', [byReview.sortKey]: since },
        }),
      ),
    );
  }

  async move(imageId: string, move: port.ReviewedMove): Done {
    return await this.apply({
      imageId,
      set: move,
      condition: 'ReviewQueue = :decided AND attribute_not_exists(ReviewedAt)',
      values: { ':decided': 'decided' },
    });
  }

  async close(imageId: string, announcedAt: string): Done {
    return await this.apply({
      imageId,
      set: { ReviewAnnouncedAt: announcedAt },
      remove: [byReview.partitionKey],
      condition: 'attribute_exists(ImageID)',
    });
  }

  async endSettling(imageId: string): Promise<void> {
    await call('dynamodb:DeleteItem', () =>
      this.client.send(new DeleteCommand({ TableName: this.table, Key: settlingKey(imageId) })),
    );
  }
}
