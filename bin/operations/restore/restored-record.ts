import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { isFinalStatus } from '../../../lambda/domain/category';
import { type DetectionRecord, detectionRecordSchema } from '../../../lambda/domain/detection-record';
import {
  folderOfCategory,
  parseInputKey,
  pictureKey,
  pictureKeyPrefix,
  s3Location,
} from '../../../lambda/domain/picture-keys';

/** What a restored record is held against: the stores that it is for, and the time. */
export interface RestorePlace {
  /** The running picture bucket. */
  readonly bucket: string;
  /** Picture buckets of the stage in every region: a copy from the other region names that one's. */
  readonly ownBuckets: readonly string[];
  readonly clients: readonly string[];
  /** Epoch milliseconds. */
  readonly now: number;
}

export interface RestorablePicture {
  /** The same in every bucket. */
  readonly key: string;
  /** Base64, where the record tells it. */
  readonly sha256?: string | undefined;
}

/** The record as it goes into the running table, and the pictures that belong to it. */
export interface RestorableRecord {
  readonly record: DetectionRecord;
  readonly pictures: readonly RestorablePicture[];
  /** It was on its way: without its picture there is nothing to bring back. */
  readonly isUnfinished: boolean;
}

/**
 * `invalid`: a shape or place that no record of ours has. `foreign`: of a client or a bucket that is not this stage's.
 * `expired`: its retention is over, so that it may not come back.
 */
export interface RefusedRecord {
  readonly refused: 'invalid' | 'foreign' | 'expired';
  readonly imageId: string;
  readonly why: string;
}

/** An attribute that this code does not know would be lost by copying, so that it is refused. */
const restoredSchema = z.strictObject(detectionRecordSchema.shape);

const LOCATION = /^s3:\/\/([^/]+)\/(.+)$/;

const without = <Name extends keyof DetectionRecord>(
  record: DetectionRecord,
  ...names: Name[]
): Omit<DetectionRecord, Name> =>
  Object.fromEntries(
    Object.entries(record).filter(([name]) => !names.includes(name as Name)),
  ) as unknown as Omit<DetectionRecord, Name>;

/** Whether a key is where the picture of a record in this state stands; for none when it is completed without a decision. */
function isPlaceOf(record: DetectionRecord, key: string): boolean {
  const { ImageID, ImageFormat, ProcessingStatus, DetectedAnimal, ClientID } = record;
  if (ProcessingStatus === 'quarantined') return key === pictureKey('quarantine', ImageID, ImageFormat);
  if (ProcessingStatus === 'completed')
    return (
      DetectedAnimal !== undefined &&
      key === pictureKey(folderOfCategory(DetectedAnimal), ImageID, ImageFormat)
    );
  const input = parseInputKey(key);
  return (
    input?.imageId === ImageID &&
    input.format === ImageFormat &&
    (input.clientId === undefined || input.clientId === ClientID)
  );
}

/**
 * A record that was on its way begins again: the claim named a version of an object that is gone, and its lease is nobody's.
 * A decision that is on it stays, so that nothing is paid for twice.
 */
function begunAgain(record: DetectionRecord): DetectionRecord {
  const rest = without(record, 'SourceVersionID', 'LeaseOwner', 'LeaseUntil', 'FailureReason');
  return { ...rest, ProcessingStatus: 'pending', StatusTimestamp: `pending#${record.Timestamp}` };
}

/** Reads one item of a restored table. Pure: what it answers depends on its arguments only. */
export function readRestored(item: unknown, place: RestorePlace): RestorableRecord | RefusedRecord {
  const parsed = restoredSchema.safeParse(item);
  const imageId = String((item as { ImageID?: unknown } | null)?.ImageID);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return {
      refused: 'invalid',
      imageId,
      why: `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim(),
    };
  }
  const record = parsed.data;
  const [, bucket = '', key = ''] = LOCATION.exec(record.S3Location) ?? [];
  if (!place.clients.includes(record.ClientID))
    return { refused: 'foreign', imageId, why: `${record.ClientID} is no client of this stage` };
  if (!place.ownBuckets.includes(bucket))
    return { refused: 'foreign', imageId, why: `its picture is in ${bucket || record.S3Location}` };
  if (!isPlaceOf(record, key))
    return { refused: 'invalid', imageId, why: `${record.ProcessingStatus} at ${key}` };
  const aside = (record.LaterVersions ?? []).filter(
    (later) => !later.startsWith(pictureKeyPrefix('quarantine', imageId)),
  );
  if (aside.length > 0) return { refused: 'invalid', imageId, why: `put aside at ${aside.join(', ')}` };
  if (record.ExpiresAt * 1000 <= place.now)
    return { refused: 'expired', imageId, why: `since ${new Date(record.ExpiresAt * 1000).toISOString()}` };
  const isFinal = isFinalStatus(record.ProcessingStatus);
  const here = { ...record, S3Location: s3Location(place.bucket, key) };
  return {
    record: isFinal ? here : begunAgain(here),
    pictures: [
      { key, sha256: isFinal ? record.StoredSHA256 : record.OriginalSHA256 },
      ...(record.LaterVersions ?? []).map((later) => ({ key: later })),
    ],
    isUnfinished: !isFinal,
  };
}

/** What changes on a finished record without making it another. */
const ANNOUNCEMENT = ['AnnouncementDue', 'AnnouncedAt', 'LaterVersions'] as const;

/**
 * How the running record stands to the restored one. `same`: nothing to write. `newer`: the picture went on since, or
 * somebody works on it; never overwritten. `differs`: a finished record that says something else, as after a wrong write;
 * overwritten by an explicit choice only.
 * @param now epoch milliseconds
 */
export function compareWithRunning(
  { record, isUnfinished }: Pick<RestorableRecord, 'record' | 'isUnfinished'>,
  running: DetectionRecord,
  now: number,
): 'same' | 'newer' | 'differs' {
  if (isDeepStrictEqual(without(record, ...ANNOUNCEMENT), without(running, ...ANNOUNCEMENT))) return 'same';
  if (isUnfinished) return 'newer';
  const isHeld = running.ProcessingStatus === 'processing' && (running.LeaseUntil ?? 0) >= now;
  return isHeld ? 'newer' : 'differs';
}
