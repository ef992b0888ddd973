import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { errorName } from '../../../lambda/adapters/service-errors';
import { type DetectionRecord, detectionRecordSchema } from '../../../lambda/domain/detection-record';
import type { OperationsContext } from '../context';

/**
 * Overwrites a record, provided that it is still exactly as it was read and that it was not erased meanwhile.
 * @returns false when one of both does not hold
 */
export async function replaceRecord(
  { documents, names }: OperationsContext,
  record: DetectionRecord,
  asRead: DetectionRecord,
): Promise<boolean> {
  const attributes = Object.keys(detectionRecordSchema.shape) as (keyof DetectionRecord)[];
  const present = attributes.filter((name) => asRead[name] !== undefined);
  const unchanged = attributes.map((name) =>
    asRead[name] === undefined ? `attribute_not_exists(#${name})` : `#${name} = :${name}`,
  );
  const put = {
    TableName: names.detectionLogsTable,
    Item: record,
    ConditionExpression: unchanged.join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(attributes.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(present.map((name) => [`:${name}`, asRead[name]])),
  };
  const check = {
    TableName: names.erasureLedgerTable,
    Key: { ImageID: record.ImageID },
    ConditionExpression: 'attribute_not_exists(ImageID)',
  };
  try {
    await documents.send(
      new TransactWriteCommand({ TransactItems: [{ Put: put }, { ConditionCheck: check }] }),
    );
    return true;
  } catch (error) {
    const reasons = (error as { CancellationReasons?: { Code?: string }[] }).CancellationReasons ?? [];
    const isRefused =
      errorName(error) === 'TransactionCanceledException' &&
      reasons.some(({ Code }) => Code === 'ConditionalCheckFailed');
    if (!isRefused) throw error;
    return false;
  }
}
