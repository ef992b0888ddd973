import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type CfnBucket,
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
  readonly organizationId: string;
  /** Days; versions that were replaced go a day later. */
  readonly expireDays: number;
}

/**
 * A bucket of the delivery account: private, versioned, TLS only, within our organisation, its requests logged and its
 * events on the bus. Kept when its stack goes.
 */
export class DeliveryBucket extends Bucket {
  constructor(
    scope: Construct,
    id: string,
    { key, accessLogs, expireDays, organizationId, ...props }: DeliveryBucketProps,
  ) {
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
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    // CDK's own switch for it brings a custom-resource function.
    (this.node.defaultChild as CfnBucket).notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'OnlyOurOrganization',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:DeleteObject', 's3:GetObject', 's3:GetObjectVersion', 's3:ListBucket', 's3:PutObject'],
        resources: [this.bucketArn, this.arnForObjects('*')],
        conditions: {
          StringNotEqualsIfExists: { 'aws:PrincipalOrgID': organizationId },
          BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
        },
      }),
    );
  }
}
