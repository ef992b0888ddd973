import { DeleteTableCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { DeleteBucketCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { errorName } from '../../../lambda/adapters/service-errors';
import type { OperationsContext } from '../context';
import { emptyBucket } from '../empty-bucket';

/** Answers undefined for what is not there. */
async function ifThere<T>(absent: string, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (errorName(error) === absent) return undefined;
    throw error;
  }
}

async function discardTable({ documents, confirmed, print }: OperationsContext, TableName: string) {
  const found = await ifThere('ResourceNotFoundException', () =>
    documents.send(new DescribeTableCommand({ TableName })),
  );
  if (found === undefined) return 0;
  if (confirmed) await documents.send(new DeleteTableCommand({ TableName }));
  print(`table ${TableName} ${confirmed ? 'deleted' : 'would be deleted'}`);
  return 1;
}

async function discardBucket({ s3, confirmed, print }: OperationsContext, Bucket: string) {
  const found = await ifThere('NoSuchBucket', () =>
    s3.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 1 })),
  );
  if (found === undefined) return 0;
  if (confirmed) {
    const count = await emptyBucket(s3, Bucket);
    await s3.send(new DeleteBucketCommand({ Bucket }));
    print(`bucket ${Bucket} deleted, with ${count} object versions`);
  } else print(`bucket ${Bucket} would be emptied and deleted`);
  return 1;
}

/**
 * Deletes what a restore made: it holds personal data for which no retention rule runs.
 * @returns the number of tables and buckets that were, or, unconfirmed, would be deleted
 */
export async function discardRestored(context: OperationsContext): Promise<number> {
  const { names, print } = context;
  let count = 0;
  for (const table of [names.restoredDetectionLogsTable, names.restoredErasureLedgerTable])
    count += await discardTable(context, table);
  count += await discardBucket(context, names.restoredPictureBucket);
  if (count === 0) print('Nothing restored stands any more.');
  return count;
}
