import type { DetectionRecord } from '../domain/detection-record';
import { sha256 } from '../domain/digest';
import { CopyConflictError, LeaseLostError, PictureMissingError } from '../domain/errors';
import { folderOfCategory, pictureKey, s3Location } from '../domain/picture-keys';
import type {
  Clock,
  DetectionLog,
  PictureStore,
  ReviewedMove,
  ReviewLog,
  ReviewPublisher,
} from '../domain/ports';
import type { PersonOutcome } from '../domain/review-record';
import { expiryAfter, toTimestamp } from '../domain/time';
import { CONTENT_TYPE, putCopy, QUARANTINE_CONTENT_TYPE, removeCopies } from './copy-picture';
import { purge } from './purge';
import { reviewKey } from './read-review';

export interface SettleReviewPorts {
  readonly pictures: Pick<
    PictureStore,
    'bucket' | 'getVersion' | 'putNew' | 'digest' | 'listVersions' | 'deleteVersion'
  >;
  readonly log: Pick<DetectionLog, 'get'>;
  readonly reviews: Pick<ReviewLog, 'beginSettling' | 'move' | 'close' | 'endSettling'>;
  readonly publisher: Pick<ReviewPublisher, 'publishDecision'>;
  readonly clock: Clock;
  readonly days: { readonly classified: number; readonly quarantine: number };
}

interface Place {
  readonly key: string;
  readonly contentType: string;
  readonly move: (now: number) => ReviewedMove;
}

function placeOf(
  { pictures, days }: SettleReviewPorts,
  { ImageID, ImageFormat, Timestamp }: DetectionRecord,
  outcome: PersonOutcome,
): Place {
  const isRejected = outcome === 'reject';
  const status = isRejected ? 'quarantined' : 'completed';
  const key = pictureKey(isRejected ? 'quarantine' : folderOfCategory(outcome), ImageID, ImageFormat);
  return {
    key,
    contentType: isRejected ? QUARANTINE_CONTENT_TYPE : CONTENT_TYPE[ImageFormat],
    move: (now) => ({
      S3Location: s3Location(pictures.bucket, key),
      ReviewedAt: toTimestamp(now),
      ExpiresAt: expiryAfter(now, isRejected ? days.quarantine : days.classified),
      ProcessingStatus: status,
      StatusTimestamp: `${status}#${Timestamp}`,
      ...(!isRejected && { DetectedAnimal: outcome, AnimalTimestamp: `${outcome}#${Timestamp}` }),
    }),
  };
}

/** The picture as it waits; undefined when it is there no more. */
async function waitingPicture(
  { pictures }: SettleReviewPorts,
  record: DetectionRecord,
): Promise<Uint8Array | undefined> {
  const key = reviewKey(record);
  const { versions } = await pictures.listVersions(key);
  const newest = versions.find(({ isDeleteMarker }) => !isDeleteMarker);
  const bytes = newest && (await pictures.getVersion(key, newest.versionId));
  if (bytes && record.StoredSHA256 !== undefined && sha256(bytes) !== record.StoredSHA256)
    throw new CopyConflictError(key);
  return bytes;
}

/** Copy, then the record. `gone`: it was erased meanwhile. */
async function move(
  ports: SettleReviewPorts,
  record: DetectionRecord,
  place: Place,
): Promise<'moved' | 'gone'> {
  const bytes = await waitingPicture(ports, record);
  if (bytes === undefined) {
    const current = await ports.log.get(record.ImageID);
    if (current === undefined) return 'gone';
    if (current.ReviewedAt !== undefined) return 'moved';
    throw new PictureMissingError(record.ImageID);
  }
  await putCopy(ports.pictures, place.key, bytes, place.contentType);
  const written = await ports.reviews.move(record.ImageID, place.move(ports.clock()));
  if (written.applied || written.current?.ReviewedAt !== undefined) return 'moved';
  if (written.current === undefined) return 'gone';
  throw new LeaseLostError(record.ImageID);
}

/** What is left of a mark is of no use to anybody. */
const MARK_DAYS = 1;
const endSettling = ({ reviews, clock }: SettleReviewPorts, imageId: string): Promise<void> =>
  reviews.endSettling(imageId, expiryAfter(clock(), MARK_DAYS));

/**
 * Does what a decided review leaves to do: a mark that survives the record, the copy, the record, the source, the message,
 * the end. Killed anywhere, the next run finds the mark or the decision and goes on. A picture that was erased meanwhile
 * has its copies taken away by whoever finds the mark.
 */
export async function settleReview(ports: SettleReviewPorts, imageId: string): Promise<void> {
  const record = await ports.log.get(imageId);
  if (record === undefined) {
    await purge(ports.pictures, imageId);
  } else if (record.ReviewQueue === 'decided' && record.ReviewDecision !== undefined) {
    const { outcome, decidedBy } = record.ReviewDecision;
    await ports.reviews.beginSettling(imageId, record.ReviewDecision.at);
    if (outcome !== 'undecided') {
      const place = placeOf(ports, record, outcome);
      const result = record.ReviewedAt === undefined ? await move(ports, record, place) : 'moved';
      await removeCopies(ports.pictures, result === 'gone' ? place.key : reviewKey(record));
      if (result === 'gone') {
        await endSettling(ports, imageId);
        return;
      }
    }
    await ports.publisher.publishDecision({
      schemaVersion: 1,
      imageId,
      outcome,
      decidedBy,
      link: `/images/${imageId}`,
    });
    await ports.reviews.close(imageId, toTimestamp(ports.clock()));
  }
  await endSettling(ports, imageId);
}
