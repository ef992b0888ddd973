import { type DynamoDBDocumentClient, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
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

  /** The mark is an item that is no record; its end leaves it to expire, so that nothing here may delete items. */
  private async mark(imageId: string, expression: string, values: Record<string, unknown>): Promise<void> {
    await call('dynamodb:UpdateItem', () =>
      this.client.send(
        new UpdateCommand({
          TableName: this.table,
          Key: { ImageID: `${DETECTION_LOGS.settlingKeyPrefix}${imageId}` },
          UpdateExpression: expression,
          ExpressionAttributeNames: {
            '#queue': byReview.partitionKey,
            '#since': byReview.sortKey,
            '#ttl': DETECTION_LOGS.ttl,
          },
          ExpressionAttributeValues: values,
        }),
      ),
    );
  }

  async beginSettling(imageId: string, since: string): Promise<void> {
    await this.mark(imageId, 'SET #queue = :settling, #since = :since REMOVE #ttl', {
      ':settling': 'settling',
      ':since': since,
    });
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

  async endSettling(imageId: string, expiresAt: number): Promise<void> {
    await this.mark(imageId, 'SET #ttl = :expiresAt REMOVE #queue, #since', { ':expiresAt': expiresAt });
  }
}
