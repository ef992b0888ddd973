import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { erasureEntrySchema } from '../../lambda/domain/detection-record';
import { purge } from '../../lambda/steps/purge';
import type { OperationsContext } from './context';

/**
 * Erases again what a restore brought back. The ledger is a table of its own and never restored with the data. A record
 * made after the erasure is another picture under the same Idempotency-Key: it stays.
 * @returns the number of pictures that were erased again, or, unconfirmed, would be.
 */
export async function replayErasures(context: OperationsContext): Promise<number> {
  const { documents, names, log, pictures, confirmed, print } = context;
  let replayed = 0;
  for await (const page of paginateScan({ client: documents }, { TableName: names.erasureLedgerTable })) {
    for (const item of page.Items ?? []) {
      const { ImageID: imageId, ErasedAt: erasedAt } = erasureEntrySchema.parse(item);
      const record = await log.get(imageId);
      if (record !== undefined && record.Timestamp > erasedAt) continue;
      if (confirmed) {
        const versions = await purge(pictures, imageId);
        if (record !== undefined) await log.remove(imageId);
        if (record === undefined && versions === 0) continue;
      } else if (record === undefined) {
        continue;
      }
      replayed += 1;
      print(`${imageId}  ${confirmed ? 'erased again' : 'would be erased again'} (first erased ${erasedAt})`);
    }
  }
  print(`${replayed} of the ledger's pictures ${confirmed ? 'were' : 'would be'} erased again.`);
  return replayed;
}
