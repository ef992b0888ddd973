import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { errorName } from '../../../lambda/adapters/service-errors';

export interface PictureSource {
  readonly bucket: string;
  readonly key: string;
  /** The current version when left out. */
  readonly versionId?: string | undefined;
}

export interface StoredPicture {
  readonly etag: string;
  /** Base64; undefined for an object that was stored without this checksum. */
  readonly sha256: string | undefined;
}

/**
 * `exists`: another object stands at the key, and stays. `absent`: there is no such source. `damaged`: the source is not
 * the picture of the record; its copy was removed again.
 */
export type CopyOutcome = 'copied' | 'exists' | 'absent' | 'damaged';

/** The role may not look at the picture. S3 answers a HEAD without a reason, so that the SDK knows no name for it. */
export class PictureRefusedError extends Error {
  override readonly name = 'AccessDenied';
}

const ABSENT = new Set(['NoSuchKey', 'NoSuchVersion', 'NoSuchBucket', 'NotFound']);

/** What stands at a key, or undefined when nothing does. */
export async function storedPicture(
  s3: S3Client,
  { bucket, key, versionId }: PictureSource,
): Promise<StoredPicture | undefined> {
  try {
    const head = await s3.send(
      new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId, ChecksumMode: 'ENABLED' }),
    );
    return { etag: head.ETag ?? '', sha256: head.ChecksumSHA256 };
  } catch (error) {
    if (ABSENT.has(errorName(error))) return undefined;
    if ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 403)
      throw new PictureRefusedError(`AccessDenied: s3://${bucket}/${key}`, { cause: error });
    throw error;
  }
}

/** Whether a picture is the one of a record. Read to its end only when S3 keeps no such checksum, as of posted forms. */
export async function isPicture(
  s3: S3Client,
  { bucket, key, versionId }: PictureSource,
  stored: StoredPicture | undefined,
  sha256: string,
): Promise<boolean> {
  if (stored === undefined) return false;
  if (stored.sha256 !== undefined) return stored.sha256 === sha256;
  const { Body } = await s3.send(
    new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId, IfMatch: stored.etag }),
  );
  const hash = createHash('sha256');
  for await (const chunk of Body as Readable) hash.update(chunk as Uint8Array);
  return hash.digest('base64') === sha256;
}

/** Keys of pictures are made of characters that need no encoding. */
const copySource = ({ bucket, key, versionId }: PictureSource): string =>
  `${bucket}/${key}${versionId === undefined ? '' : `?versionId=${encodeURIComponent(versionId)}`}`;

/**
 * Copies one picture within S3, so that its bytes do not pass the machine of the operator. Type and metadata come along;
 * the key is the one of the target bucket, whose policy refuses any other. S3 computes the checksum of what it copied.
 * @param to where; `overwrites` names the ETag of the object that may be overwritten, no other is
 * @param sha256 base64; what the copy must be, when the record tells it
 */
export async function copyPicture(
  s3: S3Client,
  from: PictureSource,
  to: { readonly bucket: string; readonly key: string; readonly overwrites?: string | undefined },
  sha256: string | undefined,
): Promise<CopyOutcome> {
  let versionId: string | undefined;
  try {
    const copy = await s3.send(
      new CopyObjectCommand({
        Bucket: to.bucket,
        Key: to.key,
        CopySource: copySource(from),
        MetadataDirective: 'COPY',
        // Pictures have no tags; copying them would take two more permissions.
        TaggingDirective: 'REPLACE',
        ChecksumAlgorithm: 'SHA256',
        ...(to.overwrites === undefined ? { IfNoneMatch: '*' } : { IfMatch: to.overwrites }),
      }),
    );
    versionId = copy.VersionId;
  } catch (error) {
    if (ABSENT.has(errorName(error))) return 'absent';
    if (errorName(error) === 'PreconditionFailed') return 'exists';
    throw error;
  }
  if (sha256 === undefined) return 'copied';
  const copy = { ...to, versionId };
  if (await isPicture(s3, copy, await storedPicture(s3, copy), sha256)) return 'copied';
  await s3.send(new DeleteObjectCommand({ Bucket: to.bucket, Key: to.key, VersionId: versionId }));
  return 'damaged';
}
