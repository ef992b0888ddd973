import type { UploadAnswer, UploadRequest } from '../domain/api-schemas';
import { FORMAT_OF_CONTENT_TYPE } from '../domain/category';
import { type DetectionRecord, SCHEMA_VERSION } from '../domain/detection-record';
import { sha256 } from '../domain/digest';
import { imageIdOfKey } from '../domain/image-id';
import { inputKey, s3Location } from '../domain/picture-keys';
import type { Clock, DetectionLog, IdSource, PictureStore } from '../domain/ports';
import { ProblemError } from '../domain/problems';
import { expiryAfter, toTimestamp } from '../domain/time';

export interface SubmitPorts {
  readonly pictures: Pick<PictureStore, 'bucket' | 'putNew' | 'uploadForm'>;
  readonly log: Pick<DetectionLog, 'create' | 'createUnlessErased'>;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** Life of a record whose picture is still to come, and of one whose picture is here. */
  readonly days: { readonly pending: number; readonly record: number };
}

export interface Submission<Request extends UploadRequest> {
  readonly clientId: string;
  readonly request: Request;
  readonly idempotencyKey?: string | undefined;
}

/** What became of an upload, before anybody knows under which address its record stands. */
export type Submitted = Omit<UploadAnswer, 'links'>;

/** What makes two requests the same: every field, and the picture by its digest. */
const digestOf = (request: UploadRequest): string =>
  sha256(
    JSON.stringify([
      request.fileName,
      request.contentType,
      'image' in request ? sha256(request.image) : request.size,
      ...(request.reference === undefined ? [] : [request.reference]),
    ]),
  );

/**
 * Gives out an id: the record comes first, so that no picture is ever without one. A repeat under the same
 * Idempotency-Key gets the record of the first request.
 * @throws ProblemError `idempotency-key-reused` for another request under the same key, `image-erased` when the image
 * that the key stands for was erased
 */
export async function issueImageId(
  ports: SubmitPorts,
  { clientId, request, idempotencyKey }: Submission<UploadRequest>,
): Promise<DetectionRecord> {
  const now = ports.clock();
  const timestamp = toTimestamp(now);
  const imageId = idempotencyKey === undefined ? ports.ids() : imageIdOfKey(clientId, idempotencyKey);
  const format = FORMAT_OF_CONTENT_TYPE[request.contentType];
  const isHere = 'image' in request;
  const record: DetectionRecord = {
    ImageID: imageId,
    Timestamp: timestamp,
    S3Location: s3Location(ports.pictures.bucket, inputKey(imageId, clientId, format)),
    ProcessingStatus: 'pending',
    FileSize: isHere ? request.image.length : request.size,
    ImageFormat: format,
    SchemaVersion: SCHEMA_VERSION,
    ClientID: clientId,
    FileName: request.fileName,
    StatusTimestamp: `pending#${timestamp}`,
    ExpiresAt: expiryAfter(now, isHere ? ports.days.record : ports.days.pending),
    ...(request.reference !== undefined && {
      ClientReference: request.reference,
      ReferenceTimestamp: `${request.reference}#${timestamp}`,
    }),
    ...(idempotencyKey !== undefined && { RequestDigest: digestOf(request) }),
  };
  // Only an id that is derived from a key can have been erased before.
  const created = await (idempotencyKey === undefined
    ? ports.log.create(record)
    : ports.log.createUnlessErased(record));
  if (created.applied) return record;
  if (created.current === undefined) throw new ProblemError('image-erased');
  if (created.current.RequestDigest !== record.RequestDigest)
    throw new ProblemError('idempotency-key-reused');
  return created.current;
}
