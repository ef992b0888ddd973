import { GetObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { Readable } from 'node:stream';

/** One object, or one version of it. */
export interface S3ObjectReference {
  bucket: string;
  key: string;
  versionId?: string | undefined;
}

/** Reads an object, unless it cannot be read or is larger than the given number of bytes. */
export type S3ObjectLoader = (
  reference: S3ObjectReference,
  mostBytes: number,
) => Promise<Uint8Array | 'unreadable' | 'too-large'>;

const REFUSED_FROM = 400;
const REFUSED_BEFORE = 500;

/** Reads through a client of the embedded S3. An object that is too large is not transferred. */
export function s3ObjectLoader(client: S3Client): S3ObjectLoader {
  return async ({ bucket, key, versionId }, mostBytes) => {
    try {
      const object = await client.send(
        new GetObjectCommand({ Bucket: bucket, Key: key, ...(versionId ? { VersionId: versionId } : {}) }),
      );
      if (!object.Body) return 'unreadable';
      if ((object.ContentLength ?? 0) > mostBytes) {
        if (object.Body instanceof Readable) object.Body.destroy();
        return 'too-large';
      }
      return await object.Body.transformToByteArray();
    } catch (error) {
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (status !== undefined && status >= REFUSED_FROM && status < REFUSED_BEFORE) return 'unreadable';
      throw error;
    }
  };
}
