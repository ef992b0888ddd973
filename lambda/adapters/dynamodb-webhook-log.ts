import {
  type DynamoDBDocumentClient,
  QueryCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { DETECTION_LOGS } from '../domain/detection-record';
import type * as port from '../domain/ports';
import type { EndpointHealth } from '../domain/webhook-endpoint';
import { conditionally } from './dynamodb-conditional';
import { call } from './service-errors';

const { byWebhook } = DETECTION_LOGS.indexes;
/** The partition of the index in which a client's messages stand that are tried no more. */
export const givenUpQueue = (clientId: string): string => `given-up#${clientId}`;

const markKey = (imageId: string) => `${DETECTION_LOGS.webhookKeyPrefix}${imageId}`;
const markSchema = z
  .object({
    ImageID: z.string(),
    MarkVersion: z.string(),
    ChangedAt: z.string(),
    Attempts: z.int().nonnegative(),
  })
  .transform(({ ImageID, MarkVersion, ChangedAt, Attempts }): port.WebhookMark => ({
    imageId: ImageID.slice(DETECTION_LOGS.webhookKeyPrefix.length),
    version: MarkVersion,
    changedAt: ChangedAt,
    attempts: Attempts,
  }));
const healthSchema = z
  .object({
    Revision: z.string().default(''),
    FailingSince: z.int().optional(),
    DisabledAt: z.int().optional(),
    DisabledFor: z.enum(['gone', 'failing']).optional(),
  })
  .transform(({ Revision, FailingSince, DisabledAt, DisabledFor }): EndpointHealth => ({
    revision: Revision,
    failingSince: FailingSince,
    disabledAt: DisabledAt,
    disabledFor: DisabledFor,
  }));

type Update = Pick<
  UpdateCommandInput,
  'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeValues' | 'ReturnValues'
>;

/** Items of the DetectionLogs table that are no records: a mark for each image to tell of, one item for each endpoint. */
export class DynamoDbWebhookLog implements port.WebhookLog {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly table: string,
  ) {}

  private async update(key: string, update: Update) {
    return await conditionally('dynamodb:UpdateItem', async () =>
      this.client.send(
        new UpdateCommand({
          TableName: this.table,
          Key: { [DETECTION_LOGS.partitionKey]: key },
          ...update,
        }),
      ),
    );
  }

  async mark(mark: Parameters<port.WebhookLog['mark']>[0]): Promise<void> {
    await this.update(markKey(mark.imageId), {
      UpdateExpression: `SET ${byWebhook.partitionKey} = :client, ${byWebhook.sortKey} = :changedAt, MarkVersion = :version, ChangedAt = :changedAt, Attempts = :none, ${DETECTION_LOGS.ttl} = :expiresAt`,
      ExpressionAttributeValues: {
        ':client': mark.clientId,
        ':version': mark.version,
        ':changedAt': mark.changedAt,
        ':none': 0,
        ':expiresAt': mark.expiresAt,
      },
    });
  }

  async due(clientId: string, until: string, limit: number): Promise<readonly port.WebhookMark[]> {
    const { Items = [] } = await call('dynamodb:Query', () =>
      this.client.send(
        new QueryCommand({
          TableName: this.table,
          IndexName: byWebhook.name,
          KeyConditionExpression: `${byWebhook.partitionKey} = :client AND ${byWebhook.sortKey} <= :until`,
          ExpressionAttributeValues: { ':client': clientId, ':until': until },
          ScanIndexForward: true,
          Limit: limit,
        }),
      ),
    );
    return z.array(markSchema).parse(Items);
  }

  async begin({ imageId, version, attempts }: port.WebhookMark, next: string): Promise<boolean> {
    const written = await this.update(markKey(imageId), {
      UpdateExpression: `SET ${byWebhook.sortKey} = :next, Attempts = :attempts`,
      ConditionExpression: `MarkVersion = :version AND Attempts = :before AND attribute_exists(${byWebhook.partitionKey})`,
      ExpressionAttributeValues: {
        ':next': next,
        ':attempts': attempts + 1,
        ':version': version,
        ':before': attempts,
      },
    });
    return written.applied;
  }

  async end({ imageId, version }: Parameters<port.WebhookLog['end']>[0], expiresAt: number): Promise<void> {
    await this.update(markKey(imageId), {
      UpdateExpression: `SET ${DETECTION_LOGS.ttl} = :expiresAt REMOVE ${byWebhook.partitionKey}, ${byWebhook.sortKey}`,
      ConditionExpression: 'MarkVersion = :version',
      ExpressionAttributeValues: { ':expiresAt': expiresAt, ':version': version },
    });
  }

  async giveUp({ imageId, version }: port.WebhookMark, clientId: string): Promise<void> {
    await this.update(markKey(imageId), {
      UpdateExpression: `SET ${byWebhook.partitionKey} = :givenUp`,
      ConditionExpression: 'MarkVersion = :version',
      ExpressionAttributeValues: { ':givenUp': givenUpQueue(clientId), ':version': version },
    });
  }

  async hold({ clientId, run, now, until }: port.EndpointHold): Promise<EndpointHealth | undefined> {
    const held = await this.update(`${DETECTION_LOGS.webhookEndpointKeyPrefix}${clientId}`, {
      UpdateExpression: 'SET HeldBy = :run, HeldUntil = :until',
      ConditionExpression: 'attribute_not_exists(HeldUntil) OR HeldUntil <= :now OR HeldBy = :run',
      ExpressionAttributeValues: { ':run': run, ':until': until, ':now': now },
      ReturnValues: 'ALL_NEW',
    });
    return held.applied ? healthSchema.parse(held.value.Attributes) : undefined;
  }

  async release({ clientId, run }: Parameters<port.WebhookLog['release']>[0]): Promise<void> {
    await this.update(`${DETECTION_LOGS.webhookEndpointKeyPrefix}${clientId}`, {
      UpdateExpression: 'REMOVE HeldUntil',
      ConditionExpression: 'HeldBy = :run',
      ExpressionAttributeValues: { ':run': run },
    });
  }

  async writeHealth(clientId: string, health: EndpointHealth): Promise<void> {
    const { revision, failingSince, disabledAt, disabledFor } = health;
    const attributes = { FailingSince: failingSince, DisabledAt: disabledAt, DisabledFor: disabledFor };
    const present = Object.entries(attributes).filter(([, value]) => value !== undefined);
    const absent = Object.entries(attributes).flatMap(([name, value]) => (value === undefined ? [name] : []));
    await this.update(`${DETECTION_LOGS.webhookEndpointKeyPrefix}${clientId}`, {
      UpdateExpression: `SET ${['Revision', ...present.map(([name]) => name)]
        .map((name) => `${name} = :${name}`)
        .join(', ')}${absent.length > 0 ? ` REMOVE ${absent.join(', ')}` : ''}`,
      ExpressionAttributeValues: {
        ':Revision': revision,
        ...Object.fromEntries(present.map(([name, value]) => [`:${name}`, value])),
      },
    });
  }
}
