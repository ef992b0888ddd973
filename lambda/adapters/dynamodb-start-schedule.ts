import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { DETECTION_LOGS } from '../domain/detection-record';
import type { StartRequest, StartSchedule, TakenStart } from '../domain/ports';
import { conditionally } from './dynamodb-conditional';

const takenSchema = z.looseObject({ NextStart: z.number() });
const previousSchema = z.number().optional();

/** The attribute that holds the last time that a client took. */
const ofClient = (clientId: string): string => `LastStart#${clientId}`;

/**
 * One item of the DetectionLogs table that is no record: `NextStart`, the first time that nobody has taken, and the last
 * one of each client.
 */
export class DynamoDbStartSchedule implements StartSchedule {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly table: string,
  ) {}

  private async update(
    clientId: string,
    expression: string,
    condition: string,
    values: Record<string, number>,
  ) {
    return await conditionally('dynamodb:UpdateItem', () =>
      this.client.send(
        new UpdateCommand({
          TableName: this.table,
          Key: { ImageID: DETECTION_LOGS.startScheduleKey },
          UpdateExpression: expression,
          ConditionExpression: condition,
          ExpressionAttributeNames: { '#client': ofClient(clientId) },
          ExpressionAttributeValues: values,
          ReturnValues: 'UPDATED_OLD',
        }),
      ),
    );
  }

  async follow({ clientId, now, latest, interval }: StartRequest): Promise<TakenStart | undefined> {
    const answer = await this.update(
      clientId,
      // What stands on the right is what stood there before: the client's time is the one that it takes.
      'SET #client = NextStart, NextStart = NextStart + :interval',
      'NextStart BETWEEN :now AND :latest',
      { ':now': now, ':latest': latest, ':interval': interval },
    );
    if (!answer.applied) return undefined;
    const before = takenSchema.parse(answer.value.Attributes);
    return { start: before.NextStart, previous: previousSchema.parse(before[ofClient(clientId)]) };
  }

  async begin({ clientId, now, latest, interval }: StartRequest): Promise<boolean> {
    const answer = await this.update(
      clientId,
      'SET #client = :now, NextStart = :next',
      'attribute_not_exists(NextStart) OR NextStart < :now OR NextStart > :latest',
      { ':now': now, ':latest': latest, ':next': now + interval },
    );
    return answer.applied;
  }
}
