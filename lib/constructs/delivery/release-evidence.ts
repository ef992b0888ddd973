import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  type IBucket,
  Bucket,
  BucketEncryption,
  ObjectLockRetention,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface ReleaseEvidenceProps {
  readonly prefix: string;
  readonly account: string;
  readonly region: string;
  readonly retentionDays: number;
  readonly accessLogs: IBucket;
}

/**
 * Where the signed evidence pack of each release goes, and the key that signs it. The bucket is under Object Lock in
 * compliance mode: nobody, the root user included, can change a pack before its time (SEC 17a-4(f), NIST AU-9).
 * The signing key never leaves KMS; its public half is published beside the packs, so that they verify offline.
 */
export class ReleaseEvidence extends Construct {
  readonly bucket: Bucket;
  readonly signingKey: Key;
  readonly storageKey: Key;

  constructor(scope: Construct, id: string, props: ReleaseEvidenceProps) {
    super(scope, id);
    this.storageKey = new Key(this, 'StorageKey', {
      alias: `alias/${props.prefix}-evidence`,
      description: 'Evidence packs at rest',
      enableKeyRotation: true,
      pendingWindow: Duration.days(30),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.bucket = new Bucket(this, 'Bucket', {
      bucketName: `${props.prefix}-evidence-${props.account}-${props.region}`,
      encryption: BucketEncryption.KMS,
      encryptionKey: this.storageKey,
      bucketKeyEnabled: true,
      versioned: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectLockEnabled: true,
      objectLockDefaultRetention: ObjectLockRetention.compliance(Duration.days(props.retentionDays)),
      serverAccessLogsBucket: props.accessLogs,
      serverAccessLogsPrefix: 'evidence/',
      lifecycleRules: [
        {
          id: 'expire-after-retention',
          expiration: Duration.days(props.retentionDays + 1),
          noncurrentVersionExpiration: Duration.days(1),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // A pack is written once: no one may delete a version, with or without a lock on it.
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'NobodyDeletesEvidence',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:BypassGovernanceRetention', 's3:DeleteObjectVersion', 's3:PutObjectLegalHold'],
        resources: [this.bucket.arnForObjects('*')],
      }),
    );
    this.signingKey = new Key(this, 'SigningKey', {
      alias: `alias/${props.prefix}-evidence-signing`,
      description: 'Signs the manifest of each evidence pack',
      keySpec: KeySpec.ECC_NIST_P384,
      keyUsage: KeyUsage.SIGN_VERIFY,
      pendingWindow: Duration.days(30),
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
