import { SCHEMA_VERSION } from '../domain/detection-record';
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

async function isKnown({ pictures, log, ledger }: ErasePorts, imageId: string): Promise<boolean> {
  if ((await log.get(imageId)) !== undefined || (await ledger.has(imageId))) return true;
  for (const folder of FOLDERS) {
    if ((await allVersions(pictures, pictureKeyPrefix(folder, imageId))).length > 0) return true;
  }
  return false;
}

/**
 * Erases a picture: ledger, record, then every version. The ledger comes first, so that nothing that was begun can be
 * forgotten; the record before the versions, because a worker that finds no record takes its own copy away, while one
 * that wrote its record before has its copy in the list that is deleted here. Repeating it finishes what was cut short.
 */
export async function erase(ports: ErasePorts, imageId: string): Promise<'erased' | 'unknown'> {
  if (!(await isKnown(ports, imageId))) return 'unknown';
  await ports.ledger.add({
    ImageID: imageId,
    ErasedAt: toTimestamp(ports.clock()),
    SchemaVersion: SCHEMA_VERSION,
  });
  await ports.log.remove(imageId);
  await purge(ports.pictures, imageId);
  return 'erased';
}
