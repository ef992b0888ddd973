import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

export interface DeliveryBucketProps extends Pick<
  BucketProps,
  'objectLockEnabled' | 'objectLockDefaultRetention'
> {
  readonly bucketName: string;
  /** Absent only for the bucket of access logs, which S3 delivers to under its own key. */
  readonly key?: IKey;
  readonly accessLogs?: IBucket;
  /** Days; versions that were replaced go a day later. */
  readonly expireDays: number;
}

/** A bucket of the delivery account: private, versioned, TLS only, its requests logged. Kept when its stack goes. */
export class DeliveryBucket extends Bucket {
  constructor(scope: Construct, id: string, { key, accessLogs, expireDays, ...props }: DeliveryBucketProps) {
    super(scope, id, {
      ...props,
      ...(key === undefined
        ? { encryption: BucketEncryption.S3_MANAGED }
        : { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }),
      ...(accessLogs === undefined
        ? {}
        : { serverAccessLogsBucket: accessLogs, serverAccessLogsPrefix: `${props.bucketName}/` }),
      versioned: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      lifecycleRules: [
        {
          id: 'expire',
          expiration: Duration.days(expireDays),
          noncurrentVersionExpiration: Duration.days(1),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
