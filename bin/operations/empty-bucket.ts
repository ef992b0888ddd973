import {
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  type ObjectIdentifier,
  type S3Client,
} from '@aws-sdk/client-s3';

/** An object could not be deleted; the message names it and S3's reason. */
export class ObjectDeletionError extends Error {
  override readonly name = 'ObjectDeletionError';
}

/**
 * Deletes every version and delete marker of a bucket.
 * @returns how many
 * @throws ObjectDeletionError
 */
export async function emptyBucket(s3: S3Client, Bucket: string): Promise<number> {
  let emptied = 0;
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const Objects: ObjectIdentifier[] = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({
      Key,
      VersionId,
    }));
    if (Objects.length === 0) return emptied;
    const { Errors = [] } = await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
    );
    const [failure] = Errors;
    if (failure !== undefined)
      throw new ObjectDeletionError(
        `${Bucket}/${failure.Key ?? ''}: ${failure.Message ?? failure.Code ?? ''}`,
      );
    emptied += Objects.length;
  }
}
