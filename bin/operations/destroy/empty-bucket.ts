import {
  DeleteBucketPolicyCommand,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  type ObjectIdentifier,
} from '@aws-sdk/client-s3';
import type { DestroyContext } from './context';
import { StackDeletionError } from './stack-deletion-error';

/**
 * Deletes every version and delete marker, the bucket's policy first: it keeps everybody but our functions out, and lets
 * the trail and the log deliveries go on writing into what is being emptied. Who may not take the policy away may not
 * empty the bucket.
 * @returns what was done, in a few words
 * @throws StackDeletionError naming the first version that stays
 */
export async function emptyBucket({ s3 }: DestroyContext, Bucket: string): Promise<string> {
  await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
  let emptied = 0;
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const Objects: ObjectIdentifier[] = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({
      Key,
      VersionId,
    }));
    if (Objects.length === 0) return `emptied of ${emptied} versions`;
    const { Errors = [] } = await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
    );
    const [failure] = Errors;
    if (failure !== undefined)
      throw new StackDeletionError(
        `${Bucket}/${failure.Key ?? ''}: ${failure.Message ?? failure.Code ?? ''}`,
      );
    emptied += Objects.length;
  }
}
