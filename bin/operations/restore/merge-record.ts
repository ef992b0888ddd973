import type { DetectionRecord } from '../../../lambda/domain/detection-record';
import { purge } from '../../../lambda/steps/purge';
import type { OperationsContext } from '../context';
import { copyPicture, isPicture, storedPicture } from './copy-picture';
import { replaceRecord } from './replace-record';
import {
  compareWithRunning,
  readRestored,
  type RestorablePicture,
  type RestorableRecord,
  type RestorePlace,
} from './restored-record';

/** What became, or would become, of one restored record. */
export const MERGE_OUTCOMES = {
  merged: 'record and pictures brought back',
  pictures: 'record was there, pictures brought back',
  replaced: 'record replaced by the restored one',
  present: 'already there',
  erased: 'in the erasure ledger: stays away',
  expired: 'its retention is over: stays away',
  newer: 'the running record went on since: kept',
  differs: 'the running record says something else: kept; --replace with a selection overwrites it',
  'no-picture': 'its picture is in neither bucket, or another one is in its place',
  damaged: 'the restored picture is not the one of the record',
  invalid: 'no record of ours: refused',
  foreign: 'of another stage or client: refused',
} as const;
export type MergeOutcome = keyof typeof MERGE_OUTCOMES;

export interface Merged {
  readonly imageId: string;
  readonly outcome: MergeOutcome;
  /** What a person needs to know besides. */
  readonly why?: string | undefined;
}

type PictureOutcome = 'copied' | 'present' | 'no-picture' | 'damaged';

async function mergePicture(
  { s3, names, confirmed }: OperationsContext,
  { key, sha256 }: RestorablePicture,
): Promise<PictureOutcome> {
  const to = { bucket: names.pictureBucket, key };
  const there = await storedPicture(s3, to);
  if (there !== undefined)
    return sha256 === undefined || (await isPicture(s3, to, there, sha256)) ? 'present' : 'no-picture';
  const from = { bucket: names.restoredPictureBucket, key };
  if (!confirmed) return (await storedPicture(s3, from)) === undefined ? 'no-picture' : 'copied';
  const outcome = await copyPicture(s3, from, to, sha256);
  return outcome === 'copied' || outcome === 'damaged' ? outcome : 'no-picture';
}

async function hasPicture(
  { s3, names }: OperationsContext,
  { pictures }: RestorableRecord,
): Promise<boolean> {
  const [{ key } = { key: '' }] = pictures;
  const places = [names.pictureBucket, names.restoredPictureBucket];
  const found = await Promise.all(places.map((bucket) => storedPicture(s3, { bucket, key })));
  return found.some((picture) => picture !== undefined);
}

type RecordOutcome = 'created' | 'replaced' | 'same' | 'newer' | 'differs' | 'erased';

/** Writes the record only where there is none, or over exactly the one that was read; never when the ledger has it. */
async function mergeRecord(
  context: OperationsContext,
  restorable: RestorableRecord,
  running: DetectionRecord | undefined,
  replace: boolean,
): Promise<RecordOutcome> {
  const { log, ledger, confirmed, now } = context;
  const { record } = restorable;
  if (running !== undefined) {
    const relation = compareWithRunning(restorable, running, now());
    if (relation !== 'differs' || !replace) return relation;
    if (!confirmed || (await replaceRecord(context, record, running))) return 'replaced';
    return (await ledger.has(record.ImageID)) ? 'erased' : 'newer';
  }
  if (!confirmed) return 'created';
  const created = await log.createUnlessErased(record);
  if (created.applied) return 'created';
  return created.current === undefined ? 'erased' : compareWithRunning(restorable, created.current, now());
}

/**
 * Brings back one restored record with its pictures. The ledger is asked before and after: the record is written in one
 * transaction with it, and an erasure that came between record and picture takes the picture away again. The record
 * comes first, because a picture that arrives in `input/` without one is refused. Killed anywhere, the same again ends
 * in the same place.
 */
export async function mergeRestored(
  context: OperationsContext,
  item: unknown,
  place: RestorePlace,
  replace: boolean,
): Promise<Merged> {
  const restorable = readRestored(item, place);
  if ('refused' in restorable)
    return { imageId: restorable.imageId, outcome: restorable.refused, why: restorable.why };
  const { log, ledger, pictures, confirmed } = context;
  const imageId = restorable.record.ImageID;
  if (await ledger.has(imageId)) return { imageId, outcome: 'erased' };
  const running = await log.get(imageId);
  if (running === undefined && restorable.isUnfinished && !(await hasPicture(context, restorable)))
    return { imageId, outcome: 'no-picture', why: 'it never came, or was left out of the restore' };
  const written = await mergeRecord(context, restorable, running, replace);
  if (written === 'erased' || written === 'newer' || written === 'differs')
    return { imageId, outcome: written };

  const copies: PictureOutcome[] = [];
  for (const picture of restorable.pictures) copies.push(await mergePicture(context, picture));
  if (confirmed && (await ledger.has(imageId))) {
    await purge(pictures, imageId);
    return { imageId, outcome: 'erased', why: 'while it was copied' };
  }
  const fault = copies.find((copy) => copy === 'damaged' || copy === 'no-picture');
  if (fault !== undefined) {
    const key = restorable.pictures[copies.indexOf(fault)]?.key;
    return { imageId, outcome: fault, why: `${key ?? ''}, record ${written}` };
  }
  if (written === 'created') return { imageId, outcome: 'merged' };
  if (written === 'replaced') return { imageId, outcome: 'replaced' };
  return { imageId, outcome: copies.includes('copied') ? 'pictures' : 'present' };
}
