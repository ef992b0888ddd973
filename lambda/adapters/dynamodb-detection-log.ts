import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { BOUNDS } from '../domain/bounds';
import { beginsToWait, type DetectionRecord } from '../domain/detection-record';
import { DependencyUnavailableError } from '../domain/errors';
import type * as port from '../domain/ports';
import { conditionally, type RecordUpdate, updateCommand } from './dynamodb-conditional';
import { parseRecord, unmarshallRecord } from './dynamodb-record';
import { queryCommand } from './dynamodb-record-query';
import { call, errorName } from './service-errors';

const ABSENT = 'attribute_not_exists(ImageID)';
const PRESENT = 'attribute_exists(ImageID)';
/** Refused once the lease has passed to another message, or the picture has reached its place. */
const HELD = 'ProcessingStatus = :processing AND LeaseOwner = :leaseOwner';
const held = (holder: port.Holder) => ({ ':processing': 'processing', ':leaseOwner': holder.leaseOwner });

const withStatus = (status: DetectionRecord['ProcessingStatus'], { timestamp }: port.RecordIdentity) => ({
  ProcessingStatus: status,
  StatusTimestamp: `${status}#${timestamp}`,
});

type Done = Promise<port.Conditional<undefined>>;

/** The DetectionLogs table and its indexes; `ledgerTable` is needed for createUnlessErased alone. */
export class DynamoDbDetectionLog implements port.DetectionLog {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly table: string,
    private readonly ledgerTable?: string,
  ) {}

  private async update<T>(
    update: RecordUpdate,
    valueOf: (answered: Record<string, unknown> | undefined) => T,
  ): Promise<port.Conditional<T>> {
    return await conditionally('dynamodb:UpdateItem', async () =>
      valueOf((await this.client.send(updateCommand(this.table, update))).Attributes),
    );
  }

  private async apply(update: RecordUpdate): Done {
    return await this.update(update, () => undefined);
  }

  async create(record: DetectionRecord): Done {
    return await conditionally('dynamodb:PutItem', async () => {
      await this.client.send(
        new PutCommand({
          TableName: this.table,
          Item: record,
          ConditionExpression: ABSENT,
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return undefined;
    });
  }

  async createUnlessErased(record: DetectionRecord): Done {
    const put = {
      TableName: this.table,
      Item: record,
      ConditionExpression: ABSENT,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    };
    const check = {
      TableName: this.ledgerTable,
      Key: { ImageID: record.ImageID },
      ConditionExpression: ABSENT,
    };
    try {
      await call('dynamodb:TransactWriteItems', () =>
        this.client.send(
          new TransactWriteCommand({ TransactItems: [{ Put: put }, { ConditionCheck: check }] }),
        ),
      );
      return { applied: true, value: undefined };
    } catch (error) {
      if (errorName(error) !== 'TransactionCanceledException') throw error;
      const reasons = (error as { CancellationReasons?: CancellationReason[] }).CancellationReasons ?? [];
      if (!reasons.some(({ Code }) => Code === 'ConditionalCheckFailed')) {
        throw new DependencyUnavailableError('dynamodb:TransactWriteItems: cancelled', { cause: error });
      }
      const item = reasons[0]?.Item;
      return item === undefined ? { applied: false } : { applied: false, current: unmarshallRecord(item) };
    }
  }

  async get(imageId: string): Promise<DetectionRecord | undefined> {
    const answer = await call('dynamodb:GetItem', () =>
      this.client.send(
        new GetCommand({ TableName: this.table, Key: { ImageID: imageId }, ConsistentRead: true }),
      ),
    );
    return answer.Item === undefined ? undefined : parseRecord(answer.Item);
  }

  async query(query: port.RecordQuery): Promise<port.RecordPage> {
    const answer = await call('dynamodb:Query', () => this.client.send(queryCommand(this.table, query)));
    const records = (answer.Items ?? []).map(parseRecord);
    return answer.LastEvaluatedKey === undefined
      ? { records }
      : { records, lastKey: answer.LastEvaluatedKey as Record<string, string> };
  }

  async claim(claim: port.Claim): Promise<port.Conditional<DetectionRecord>> {
    const update: RecordUpdate = {
      imageId: claim.imageId,
      set: {
        ...withStatus('processing', claim),
        SourceVersionID: claim.versionId,
        LeaseOwner: claim.leaseOwner,
        LeaseUntil: claim.leaseUntil,
        ExpiresAt: claim.expiresAt,
      },
      remove: ['FailureReason'],
      condition:
        '(ProcessingStatus IN (:pending, :failed) OR (ProcessingStatus = :processing AND LeaseUntil < :now))' +
        ' AND (attribute_not_exists(SourceVersionID) OR SourceVersionID = :newSourceVersionID)',
      values: {
        ':pending': 'pending',
        ':failed': 'failed',
        ':processing': 'processing',
        ':now': claim.now,
      },
      answers: 'ALL_NEW',
    };
    return await this.update(update, parseRecord);
  }

  async logDecision(holder: port.Holder, decision: port.LoggedDecision): Done {
    return await this.apply({
      imageId: holder.imageId,
      set: decision,
      condition: `${HELD} AND attribute_not_exists(Decision)`,
      values: held(holder),
    });
  }

  async complete(holder: port.Holder, { announcementDue, ...completion }: port.Completion): Done {
    return await this.apply({
      imageId: holder.imageId,
      set: {
        ...withStatus('completed', holder),
        ...completion,
        ...(announcementDue && { AnnouncementDue: true, ...beginsToWait(completion.CompletedAt) }),
      },
      condition: HELD,
      values: held(holder),
    });
  }

  async quarantine(holder: port.Holder, quarantine: port.Quarantine): Done {
    return await this.apply({
      imageId: holder.imageId,
      set: { ...withStatus('quarantined', holder), ...quarantine },
      condition: HELD,
      values: held(holder),
    });
  }

  async markFailed(holder: port.Holder, failure: Parameters<port.DetectionLog['markFailed']>[1]): Done {
    return await this.apply({
      imageId: holder.imageId,
      set: {
        ...withStatus('failed', holder),
        FailureReason: failure.reason,
        ExpiresAt: failure.expiresAt,
      },
      condition: `ProcessingStatus = :pending OR (ProcessingStatus = :processing AND (LeaseOwner = :leaseOwner OR LeaseUntil < :now))`,
      values: { ...held(holder), ':pending': 'pending', ':now': failure.now },
    });
  }

  async addLaterVersion(imageId: string, key: string): Done {
    return await this.apply({
      imageId,
      append: { LaterVersions: key },
      condition: `${PRESENT} AND (attribute_not_exists(LaterVersions) OR (NOT contains(LaterVersions, :key) AND size(LaterVersions) < :most))`,
      values: { ':key': key, ':most': BOUNDS.laterVersions },
    });
  }

  async markAnnounced(imageId: string, announcedAt: string): Done {
    return await this.apply({
      imageId,
      set: { AnnouncedAt: announcedAt },
      remove: ['AnnouncementDue'],
      condition: PRESENT,
    });
  }

  async remove(imageId: string): Promise<void> {
    await call('dynamodb:DeleteItem', () =>
      this.client.send(new DeleteCommand({ TableName: this.table, Key: { ImageID: imageId } })),
    );
  }
}

interface CancellationReason {
  readonly Code?: string;
  readonly Item?: Record<string, AttributeValue>;
}
