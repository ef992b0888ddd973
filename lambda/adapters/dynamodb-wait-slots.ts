import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { BOUNDS } from '../domain/bounds';
import { DETECTION_LOGS } from '../domain/detection-record';
import type { WaitSlot, WaitSlots } from '../domain/ports';
import { conditionally } from './dynamodb-conditional';
import { call } from './service-errors';

const itemSchema = z.record(z.string(), z.unknown()).default({});
const until = z.number().optional().catch(undefined);

const attribute = (slot: number): string => `Slot${slot}`;
const keyOf = (clientId: string) => ({
  [DETECTION_LOGS.partitionKey]: `${DETECTION_LOGS.waitsKeyPrefix}${clientId}`,
});

/** One item of the DetectionLogs table for a client that is no record: `Slot0`, `Slot1` …, each with its end. */
export class DynamoDbWaitSlots implements WaitSlots {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly table: string,
  ) {}

  /** Not strongly consistent: the condition of `take` finds what is too new. */
  async read(clientId: string): Promise<readonly (number | undefined)[]> {
    const answer = await call('dynamodb:GetItem', () =>
      this.client.send(new GetCommand({ TableName: this.table, Key: keyOf(clientId) })),
    );
    const item = itemSchema.parse(answer.Item);
    return Array.from({ length: BOUNDS.waitsAtOnce }, (_, slot) => until.parse(item[attribute(slot)]));
  }

  private async update(
    { clientId, slot }: WaitSlot,
    expression: string,
    condition: string,
    values: Record<string, number>,
  ): Promise<boolean> {
    const answer = await conditionally('dynamodb:UpdateItem', () =>
      this.client.send(
        new UpdateCommand({
          TableName: this.table,
          Key: keyOf(clientId),
          UpdateExpression: expression,
          ConditionExpression: condition,
          ExpressionAttributeNames: { '#slot': attribute(slot) },
          ExpressionAttributeValues: values,
        }),
      ),
    );
    return answer.applied;
  }

  async take(slot: WaitSlot & { readonly now: number }): Promise<boolean> {
    return await this.update(
      slot,
      `SET #slot = :until, ${DETECTION_LOGS.ttl} = :expiresAt`,
      'attribute_not_exists(#slot) OR #slot <= :now',
      { ':until': slot.until, ':now': slot.now, ':expiresAt': Math.ceil(slot.until / 1000) },
    );
  }

  async release(slot: WaitSlot): Promise<void> {
    await this.update(slot, 'REMOVE #slot', '#slot = :until', { ':until': slot.until });
  }
}
