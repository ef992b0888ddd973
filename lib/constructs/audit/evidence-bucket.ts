import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  CfnBucketPolicy,
  ObjectLockRetention,
  ObjectOwnership,
  StorageClass,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { StageConfig } from '../../config/schema';
import type { Names } from '../../names';

export interface EvidenceBucketProps {
  readonly config: StageConfig;
  readonly names: Names;
  readonly bucketName: string;
  readonly key: IKey;
  /** The whole policy, of the bucket's ARN; nothing is added to it. */
  readonly policy: (bucketArn: string) => PolicyDocument;
  /** Nobody, the root user included, can delete or overwrite a version before its time. */
  readonly objectLock: boolean;
}

/** After this many days evidence is read only when something happened. */
const ARCHIVE_AFTER_DAYS = 90;

/**
 * A bucket for evidence: CMK, versions, no ACLs, access logged, Object Lock in compliance mode where asked for.
 * Live for the retention table's `auditObject` days. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 */
export class EvidenceBucket extends Construct {
  readonly bucket: Bucket;
  readonly policy: CfnBucketPolicy;

  constructor(scope: Construct, id: string, props: EvidenceBucketProps) {
    super(scope, id);
    const { config, names } = props;
    const kept = Duration.days(config.retention.auditObject);
    this.bucket = new Bucket(this, 'Bucket', {
      bucketName: props.bucketName,
      encryption: BucketEncryption.KMS,
      encryptionKey: props.key,
      bucketKeyEnabled: true,
      versioned: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      objectLockEnabled: props.objectLock,
      ...(props.objectLock ? { objectLockDefaultRetention: ObjectLockRetention.compliance(kept) } : {}),
      lifecycleRules: [
        {
          id: 'expire-with-retention',
          expiration: Duration.days(config.retention.auditObject + 1),
          noncurrentVersionExpiration: Duration.days(config.retention.noncurrentVersion),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
          ...(config.retention.auditObject > ARCHIVE_AFTER_DAYS * 2
            ? {
                transitions: [
                  {
                    storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL,
                    transitionAfter: Duration.days(ARCHIVE_AFTER_DAYS),
                  },
                ],
              }
            : {}),
        },
      ],
      removalPolicy: config.features.retainStores
        ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
        : RemovalPolicy.DESTROY,
    });
    // On the resource itself: the construct's own way is a custom-resource function.
    const bucket = this.bucket.node.defaultChild as CfnBucket;
    bucket.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
    // By name: the log bucket's own policy, in another stack, lets the log delivery in.
    bucket.loggingConfiguration = {
      destinationBucketName: names.accessLogBucket,
      logFilePrefix: `${props.bucketName}/`,
    };
    this.policy = new CfnBucketPolicy(this, 'Policy', {
      bucket: this.bucket.bucketName,
      policyDocument: props.policy(this.bucket.bucketArn),
    });
  }
}
