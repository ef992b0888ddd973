import { DeleteBucketPolicyCommand } from '@aws-sdk/client-s3';
import { emptyBucket as deleteVersions } from '../empty-bucket';
import type { DestroyContext } from './context';

/**
 * Deletes every version and delete marker, the bucket's policy first: it keeps everybody but our functions out, and lets
 * the trail and the log deliveries go on writing into what is being emptied. Who may not take the policy away may not
 * empty the bucket.
 * @returns what was done, in a few words
 * @throws ObjectDeletionError naming the first version that stays
 */
export async function emptyBucket({ s3 }: DestroyContext, Bucket: string): Promise<string> {
  await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
  return `emptied of ${await deleteVersions(s3, Bucket)} versions`;
}
