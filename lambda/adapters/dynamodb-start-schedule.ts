import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { DETECTION_LOGS } from '../domain/detection-record';
import type { StartRequest, StartSchedule } from '../domain/ports';
import { conditionally } from './dynamodb-conditional';

const takenSchema = z.object({ NextStart: z.number() });

/** One item of the DetectionLogs table that is no record: `NextStart`, the first time that nobody has taken. */
export class DynamoDbStartSchedule implements StartSchedule {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly table: string,
  ) {}

  private async update(expression: string, condition: string, values: Record<string, number>) {
    return await conditionally('dynamodb:UpdateItem', () =>
      this.client.send(
        new UpdateCommand({
          TableName: this.table,
          Key: { ImageID: DETECTION_LOGS.startScheduleKey },
          UpdateExpression: expression,
          ConditionExpression: condition,
          ExpressionAttributeValues: values,
          ReturnValues: 'UPDATED_OLD',
        }),
      ),
    );
  }

  async follow({ now, latest, interval }: StartRequest): Promise<number | undefined> {
    const answer = await this.update(
      'SET NextStart = NextStart + :interval',
      'NextStart BETWEEN :now AND :latest',
      { ':now': now, ':latest': latest, ':interval': interval },
    );
    return answer.applied ? takenSchema.parse(answer.value.Attributes).NextStart : undefined;
  }

  async begin({ now, latest, interval }: StartRequest): Promise<boolean> {
    const answer = await this.update(
      'SET NextStart = :next',
      'attribute_not_exists(NextStart) OR NextStart < :now OR NextStart > :latest',
      { ':now': now, ':latest': latest, ':next': now + interval },
    );
    return answer.applied;
  }
}
