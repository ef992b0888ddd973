import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshallRecord } from './dynamodb-record';
import type { Conditional } from '../domain/ports';
import { call, errorName } from './service-errors';

export interface RecordUpdate {
  readonly imageId: string;
  readonly set?: Readonly<Record<string, unknown>>;
  /** Adds one element to a list that need not exist. */
  readonly append?: Readonly<Record<string, unknown>>;
  readonly remove?: readonly string[];
  /** May name the attributes directly and the values of `values`. */
  readonly condition: string;
  readonly values?: Readonly<Record<string, unknown>>;
  /** What a write that was applied answers: nothing, or the record, which IAM grants only to who may read it. */
  readonly answers?: 'NONE' | 'ALL_NEW';
}

/** An update of plain attributes, guarded by a condition, that answers the record which refused it. */
export function updateCommand(table: string, update: RecordUpdate): UpdateCommand {
  const { imageId, set = {}, append = {}, remove = [], condition, values = {}, answers = 'NONE' } = update;
  const written = { ...set, ...append };
  const assignments = Object.keys(written).map((name) =>
    name in append
      ? `#${name} = list_append(if_not_exists(#${name}, :none), :new${name})`
      : `#${name} = :new${name}`,
  );
  const removals = remove.length > 0 ? ` REMOVE ${remove.map((name) => `#${name}`).join(', ')}` : '';
  return new UpdateCommand({
    TableName: table,
    Key: { ImageID: imageId },
    UpdateExpression: `SET ${assignments.join(', ')}${removals}`,
    ConditionExpression: condition,
    ExpressionAttributeNames: Object.fromEntries(
      [...Object.keys(written), ...remove].map((name) => [`#${name}`, name]),
    ),
    ExpressionAttributeValues: {
      ...Object.fromEntries(
        Object.entries(written).map(([name, value]) => [`:new${name}`, name in append ? [value] : value]),
      ),
      ...(Object.keys(append).length > 0 && { ':none': [] }),
      ...values,
    },
    ReturnValues: answers,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
}

/** Turns a failed condition into an answer; every other error stays one. */
export async function conditionally<T>(operation: string, send: () => Promise<T>): Promise<Conditional<T>> {
  try {
    return { applied: true, value: await call(operation, send) };
  } catch (error) {
    if (errorName(error) !== 'ConditionalCheckFailedException') throw error;
    // The document client leaves the item of an error as it came over the wire.
    const item = (error as { Item?: Parameters<typeof unmarshallRecord>[0] }).Item;
    return item === undefined ? { applied: false } : { applied: false, current: unmarshallRecord(item) };
  }
}
