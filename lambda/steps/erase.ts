import { type DetectionRecord, SCHEMA_VERSION } from '../domain/detection-record';
import { FOLDERS, pictureKeyPrefix } from '../domain/picture-keys';
import type { Clock, DetectionLog, ErasureLedger, PictureStore } from '../domain/ports';
import { toTimestamp } from '../domain/time';
import { allVersions, purge } from './purge';

export interface ErasePorts {
  readonly pictures: Pick<PictureStore, 'listVersions' | 'deleteVersion'>;
  readonly log: Pick<DetectionLog, 'get' | 'remove'>;
  readonly ledger: ErasureLedger;
  readonly clock: Clock;
}

export type Erasure = 'erased' | 'unknown';

async function isKnown({ pictures, ledger }: ErasePorts, imageId: string): Promise<boolean> {
  if (await ledger.has(imageId)) return true;
  for (const folder of FOLDERS) {
    if ((await allVersions(pictures, pictureKeyPrefix(folder, imageId))).length > 0) return true;
  }
  return false;
}

/**
 * Ledger, record, then every version. The ledger comes first, so that nothing that was begun can be forgotten; the record
 * before the versions, because a worker that finds no record takes its own copy away, while one that wrote its record
 * before has its copy in the list that is deleted here. Repeating it finishes what was cut short.
 */
async function eraseInOrder(
  ports: ErasePorts,
  imageId: string,
  clientId: DetectionRecord['ClientID'] | undefined,
): Promise<Erasure> {
  await ports.ledger.add({
    ImageID: imageId,
    ErasedAt: toTimestamp(ports.clock()),
    SchemaVersion: SCHEMA_VERSION,
    ...(clientId !== undefined && { ClientID: clientId }),
  });
  await ports.log.remove(imageId);
  await purge(ports.pictures, imageId);
  return 'erased';
}

/** Erases whosever picture it is: for those whom IAM lets. What only versions are left of is known, too. */
export async function erase(ports: ErasePorts, imageId: string): Promise<Erasure> {
  const record = await ports.log.get(imageId);
  if (record === undefined && !(await isKnown(ports, imageId))) return 'unknown';
  return await eraseInOrder(ports, imageId, record?.ClientID);
}

/**
 * Erases a client's own picture. Whose it is stands on the record, and once that is gone in the ledger, so that its owner
 * alone can ask again; for everybody else it does not exist. An image id never changes its owner, so that what was read
 * still holds when the record is removed.
 */
export async function eraseOwn(ports: ErasePorts, clientId: string, imageId: string): Promise<Erasure> {
  const record = await ports.log.get(imageId);
  const owner = record === undefined ? await ports.ledger.owner(imageId) : record.ClientID;
  if (owner !== clientId) return 'unknown';
  return await eraseInOrder(ports, imageId, clientId);
}
