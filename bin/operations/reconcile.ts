import { isFinalStatus } from '../../lambda/domain/category';
import { s3Location } from '../../lambda/domain/picture-keys';
import { purge } from '../../lambda/steps/purge';
import {
  allRecords,
  type ComparedRecord,
  objectsByPicture,
  objectsOf,
  type PictureObject,
  recordsOf,
} from './compare-stores';
import type { OperationsContext } from './context';

/**
 * `erased-object`: its id is in the erasure ledger. `orphan`: no record and not erased. `left-in-input`: the record is
 * final, the source was not deleted. `wrong-folder`: not where its record says. `missing`: a final record without object.
 */
export type DiscrepancyKind = 'erased-object' | 'orphan' | 'left-in-input' | 'wrong-folder' | 'missing';

export interface Discrepancy {
  readonly kind: DiscrepancyKind;
  readonly imageId: string;
  readonly where: string;
  /** Undefined: only a person can decide. */
  readonly repair?: () => Promise<unknown>;
}

async function evaluateUnrecorded(
  { ledger, pictures }: OperationsContext,
  imageId: string,
  objects: readonly PictureObject[],
): Promise<Discrepancy[]> {
  if (objects.length === 0) return [];
  const isErased = await ledger.has(imageId);
  return objects.map(({ key }) =>
    isErased
      ? { kind: 'erased-object', imageId, where: key, repair: () => purge(pictures, imageId) }
      : { kind: 'orphan', imageId, where: key },
  );
}

/** What does not agree about one picture. */
async function evaluate(
  context: OperationsContext,
  imageId: string,
  record: ComparedRecord | undefined,
  objects: readonly PictureObject[],
): Promise<Discrepancy[]> {
  const { pictures } = context;
  if (record === undefined) return await evaluateUnrecorded(context, imageId, objects);
  if (!isFinalStatus(record.ProcessingStatus)) return [];
  const { S3Location, LaterVersions = [] } = record;
  const isNamed = ({ key }: PictureObject) => s3Location(pictures.bucket, key) === S3Location;
  // Another copy may go only when the one that the record names is there.
  const isSafe = objects.some(isNamed);
  const strays = objects.filter((object) => !isNamed(object) && !LaterVersions.includes(object.key));
  const found = strays.map(({ key, versionId }): Discrepancy => ({
    kind: key.startsWith('input/') ? 'left-in-input' : 'wrong-folder',
    imageId,
    where: key,
    ...(isSafe && { repair: () => pictures.deleteVersion(key, versionId) }),
  }));
  return isSafe ? found : [...found, { kind: 'missing', imageId, where: S3Location }];
}

/**
 * Compares the bucket with the table, both ways. Pictures move while it reads, so that whatever seems to disagree is read
 * again, record first, and only what still disagrees is told.
 */
export async function findDiscrepancies(context: OperationsContext): Promise<Discrepancy[]> {
  const { pictures } = context;
  const objects = await objectsByPicture(pictures);
  const records = await recordsOf(context, [...objects.keys()]);
  const suspects = new Set<string>();
  const suspect = async (imageId: string, record: ComparedRecord | undefined) => {
    const found = await evaluate(context, imageId, record, objects.get(imageId) ?? []);
    if (found.length > 0) suspects.add(imageId);
  };
  for (const imageId of objects.keys()) await suspect(imageId, records.get(imageId));
  for await (const record of allRecords(context)) {
    if (!objects.has(record.ImageID)) await suspect(record.ImageID, record);
  }
  const confirmed: Discrepancy[] = [];
  const again = await recordsOf(context, [...suspects]);
  for (const imageId of suspects) {
    const found = await evaluate(context, imageId, again.get(imageId), await objectsOf(pictures, imageId));
    confirmed.push(...found);
  }
  return confirmed;
}

/** Prints, and when confirmed repairs, what does not agree. @returns the number left for a person. */
export async function reconcile(context: OperationsContext): Promise<number> {
  const found = await findDiscrepancies(context);
  let left = 0;
  for (const { kind, imageId, where, repair } of found) {
    if (repair === undefined) left += 1;
    else if (context.confirmed) await repair();
    const outcome =
      repair === undefined ? 'for a person to decide' : context.confirmed ? 'repaired' : 'can be repaired';
    context.print(`${kind.padEnd(14)} ${imageId}  ${where}  ${outcome}`);
  }
  context.print(
    found.length === 0 ? 'Bucket and table agree.' : `${found.length} discrepancies, ${left} for a person.`,
  );
  return left;
}
