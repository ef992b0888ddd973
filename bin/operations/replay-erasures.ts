import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { erasureEntrySchema } from '../../lambda/domain/detection-record';
import { FOLDERS, pictureKeyPrefix } from '../../lambda/domain/picture-keys';
import type { PictureStore } from '../../lambda/domain/ports';
import { allVersions, purge } from '../../lambda/steps/purge';
import type { OperationsContext } from './context';

async function versionsOf(pictures: PictureStore, imageId: string): Promise<number> {
  const lists = FOLDERS.map((folder) => allVersions(pictures, pictureKeyPrefix(folder, imageId)));
  return (await Promise.all(lists)).flat().length;
}

/**
 * Erases again what a restore brought back: record first, then every version, as the erasure itself does. The ledger is a
 * table of its own and never restored with the data; an id that stands in it is never given out again.
 * @returns the number of pictures that were erased again, or, unconfirmed, would be.
 */
export async function replayErasures(context: OperationsContext): Promise<number> {
  const { documents, names, log, pictures, confirmed, print } = context;
  let replayed = 0;
  for await (const page of paginateScan({ client: documents }, { TableName: names.erasureLedgerTable })) {
    for (const item of page.Items ?? []) {
      const { ImageID: imageId, ErasedAt: erasedAt } = erasureEntrySchema.parse(item);
      const record = await log.get(imageId);
      const versions = await versionsOf(pictures, imageId);
      if (record === undefined && versions === 0) continue;
      if (confirmed) {
        await log.remove(imageId);
        await purge(pictures, imageId);
      }
      replayed += 1;
      print(
        `${imageId}  ${confirmed ? 'erased again' : 'would be erased again'}: ` +
          `${record === undefined ? 'no record' : 'a record'}, ${versions} object versions (first erased ${erasedAt})`,
      );
    }
  }
  print(`${replayed} of the ledger's pictures ${confirmed ? 'were' : 'would be'} erased again.`);
  return replayed;
}
