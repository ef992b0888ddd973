import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { erasureEntrySchema } from '../../../lambda/domain/detection-record';
import type { OperationsContext } from '../context';

/**
 * Adds the entries of the restored erasure ledger to the running one, for when that was lost. Entries are only ever added;
 * one that is there keeps its time.
 * @returns how many were, or, unconfirmed, would be added, and how many could not be read
 */
export async function mergeLedger({
  documents,
  names,
  ledger,
  confirmed,
  print,
}: OperationsContext): Promise<{ added: number; invalid: number }> {
  let [added, present, invalid] = [0, 0, 0];
  for await (const { Items = [] } of paginateScan(
    { client: documents },
    { TableName: names.restoredErasureLedgerTable, ConsistentRead: true },
  ))
    for (const item of Items) {
      const entry = erasureEntrySchema.safeParse(item);
      if (!entry.success) {
        invalid += 1;
        print(`invalid    ${String(item['ImageID'])}`);
      } else if (await ledger.has(entry.data.ImageID)) present += 1;
      else {
        if (confirmed) await ledger.add(entry.data);
        added += 1;
        print(
          `${confirmed ? 'added' : 'would be added'}  ${entry.data.ImageID}  erased ${entry.data.ErasedAt}`,
        );
      }
    }
  print(
    `${added} entries ${confirmed ? 'added' : 'would be added'}, ${present} were there, ${invalid} are no entries.`,
  );
  return { added, invalid };
}
