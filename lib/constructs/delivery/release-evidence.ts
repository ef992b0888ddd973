import { Duration } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { type IBucket, ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { DeliveryBucket } from './delivery-bucket';
import { DeliveryKey } from './delivery-key';

/** The object that names the pack of the release that runs in production. */
export const RELEASED_KEY = 'packs/released';

export interface ReleaseEvidenceProps {
  readonly prefix: string;
  readonly account: string;
  readonly region: string;
  readonly retentionDays: number;
  readonly accessLogs: IBucket;
  readonly organizationId: string;
}

/**
 * Where the signed evidence pack of each release goes, and the key that signs it. The bucket is under Object Lock in
 * compliance mode: nobody, the root user included, can change a pack before its time (SEC 17a-4(f), NIST AU-9).
 * The signing key never leaves KMS; its public half is published beside the packs, so that they verify offline.
 */
export class ReleaseEvidence extends Construct {
  readonly bucket: DeliveryBucket;
  readonly signingKey: DeliveryKey;
  readonly storageKey: DeliveryKey;

  constructor(scope: Construct, id: string, props: ReleaseEvidenceProps) {
    super(scope, id);
    this.storageKey = new DeliveryKey(this, 'StorageKey', {
      alias: `alias/${props.prefix}-evidence`,
      description: 'Evidence packs at rest',
    });
    this.bucket = new DeliveryBucket(this, 'Bucket', {
      bucketName: `${props.prefix}-evidence-${props.account}-${props.region}`,
      key: this.storageKey,
      accessLogs: props.accessLogs,
      organizationId: props.organizationId,
      objectLockEnabled: true,
      objectLockDefaultRetention: ObjectLockRetention.compliance(Duration.days(props.retentionDays)),
      expireDays: props.retentionDays + 1,
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
    this.signingKey = new DeliveryKey(this, 'SigningKey', {
      alias: `alias/${props.prefix}-evidence-signing`,
      description: 'Signs the manifest of each evidence pack',
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
    });
  }
}
