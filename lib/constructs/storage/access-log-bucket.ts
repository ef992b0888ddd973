import { Duration } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { StageConfig } from '../../config/schema';
import type { Names } from '../../names';
import { loadPolicy } from '../../policies';
import { attachBucketPolicy } from './bucket-policy';
import { applyStoreRemoval } from './removal';

export interface AccessLogBucketProps {
  readonly config: StageConfig;
  readonly names: Names;
}

/**
 * Who touched which picture. Encrypted by S3's own key: the log delivery service supports no other.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
 */
export class AccessLogBucket extends Bucket {
  constructor(scope: Construct, id: string, { config, names }: AccessLogBucketProps) {
    super(scope, id, {
      bucketName: names.accessLogBucket,
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      versioned: true,
      lifecycleRules: [
        {
          id: 'expire',
          expiration: Duration.days(config.retention.accessLog),
          noncurrentVersionExpiration: Duration.days(config.retention.noncurrentVersion),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
    });
    const bucket = this.node.defaultChild as CfnBucket;
    bucket.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
    applyStoreRemoval(bucket, config);
    attachBucketPolicy(
      this,
      loadPolicy('perimeter/access-log-bucket', {
        Account: names.account,
        OrganizationId: config.organizationId,
        AccessLogBucket: this.bucketArn,
        LoggedBuckets: [names.pictureBucket, names.trailBucket, names.configBucket, names.evidenceBucket].map(
          (bucket) => names.bucketArn(bucket),
        ),
      }),
    );
  }
}
