import { Duration } from 'aws-cdk-lib';
import type { LifecycleRule } from 'aws-cdk-lib/aws-s3';
import type { Folder } from '../../../lambda/domain/picture-keys';
import type { StageConfig } from '../../config/schema';

/** Expiry of each folder from the retention table; old versions and abandoned uploads go everywhere. */
export function pictureLifecycle({ retention }: StageConfig): LifecycleRule[] {
  const days: Record<Folder, number> = {
    input: retention.inputPicture,
    cats: retention.classifiedPicture,
    dogs: retention.classifiedPicture,
    others: retention.classifiedPicture,
    review: retention.reviewPicture,
    quarantine: retention.quarantinedPicture,
  };
  return [
    ...Object.entries(days).map(([folder, count]) => ({
      id: `expire-${folder}`,
      prefix: `${folder}/`,
      expiration: Duration.days(count),
    })),
    {
      id: 'expire-old-versions',
      noncurrentVersionExpiration: Duration.days(retention.noncurrentVersion),
      abortIncompleteMultipartUploadAfter: Duration.days(1),
    },
    { id: 'remove-expired-delete-markers', expiredObjectDeleteMarker: true },
  ];
}
