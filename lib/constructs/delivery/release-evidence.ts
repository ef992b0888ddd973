import { Duration } from 'aws-cdk-lib';
import {
  AccountRootPrincipal,
  AnyPrincipal,
  type Conditions,
  Effect,
  PolicyDocument,
  PolicyStatement,
} from 'aws-cdk-lib/aws-iam';
import { KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { type IBucket, ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { type DeliveryPurpose, deliveryRole, SIGNING_BUILDS } from '../../names';
import { DeliveryBucket } from './delivery-bucket';
import { DeliveryKey } from './delivery-key';

/** The newest object below `packs/released/STAGE/` names the pack of the release that runs in the stage. */
export const RELEASED_PREFIX = 'packs/released/';
/** Below `packs/recheck/COMMIT/EXECUTION/STAGE/` stands what the gate of the release before said of one; too deep for a series. */
export const RECHECK_PREFIX = 'packs/recheck/';
/** Below `packs/signed/TIME/COMMIT/EXECUTION` stands each release that was signed, whether it came anywhere or not. */
export const SIGNED_PREFIX = 'packs/signed/';
/** Below `packs/daily/STAGE/` stand the packs of what each day was found deployed there. */
export const DAILY_PREFIX = 'packs/daily/';

export interface ReleaseEvidenceProps {
  readonly prefix: string;
  readonly account: string;
  readonly region: string;
  readonly retentionDays: number;
  readonly accessLogs: IBucket;
  readonly organizationId: string;
}

const rolesOf = (account: string, purposes: readonly DeliveryPurpose[]): string[] =>
  purposes.map((purpose) => `arn:aws:iam::${account}:role/${deliveryRole(purpose)}`);

/** The account looks after the key and shows its public half; the builds that sign use it, and nobody else. */
function signingPolicy(account: string): PolicyDocument {
  const statement = (
    sid: string,
    actions: string[],
    conditions?: Record<string, Record<string, string | string[]>>,
  ) =>
    new PolicyStatement({
      sid,
      principals: [new AccountRootPrincipal()],
      actions,
      resources: ['*'],
      ...(conditions === undefined ? {} : { conditions }),
    });
  return new PolicyDocument({
    statements: [
      statement('AccountAdministersButDoesNotUse', [
        'kms:CancelKeyDeletion',
        'kms:CreateAlias',
        'kms:DeleteAlias',
        'kms:DescribeKey',
        'kms:DisableKey',
        'kms:EnableKey',
        'kms:EnableKeyRotation',
        'kms:GetKeyPolicy',
        'kms:GetKeyRotationStatus',
        'kms:ListAliases',
        'kms:ListGrants',
        'kms:ListKeyPolicies',
        'kms:ListResourceTags',
        'kms:PutKeyPolicy',
        'kms:RevokeGrant',
        'kms:ScheduleKeyDeletion',
        'kms:TagResource',
        'kms:UntagResource',
        'kms:UpdateAlias',
        'kms:UpdateKeyDescription',
      ]),
      statement('EverybodyHereChecksSignatures', ['kms:GetPublicKey', 'kms:Verify']),
      statement('TheSigningBuildsSign', ['kms:Sign'], {
        ArnEquals: { 'aws:PrincipalArn': rolesOf(account, SIGNING_BUILDS) },
      }),
    ],
  });
}

/**
 * Where the signed evidence packs of each release and of each day go, and the key that signs them. The bucket is under Object Lock in
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
    // A pack is written once: no one may delete a version, with or without a lock on it, or hide one behind a delete
    // marker, which a lock allows. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
    this.denyEverybody('NobodyDeletesEvidence', [
      's3:BypassGovernanceRetention',
      's3:DeleteObject',
      's3:DeleteObjectVersion',
      's3:PutObjectLegalHold',
    ]);
    this.denyEverybody('OnlyTheSigningBuildsKeep', ['s3:PutObject'], {
      ArnNotEqualsIfExists: {
        'aws:PrincipalArn': rolesOf(props.account, [...SIGNING_BUILDS, 'record']),
      },
    });
    // Which pack is a release's, which was signed, what the last gate said and what a day found is each said by one build alone.
    for (const [sid, prefix, build] of [
      ['OnlyRecordNamesReleases', RELEASED_PREFIX, 'record'],
      ['OnlySigningNotesWhatWasSigned', SIGNED_PREFIX, 'sign'],
      ['OnlySigningKeepsRechecks', RECHECK_PREFIX, 'sign'],
      ['OnlyDaysAreKeptAsDays', DAILY_PREFIX, 'daily-sign'],
    ] as const)
      this.denyEverybody(
        sid,
        ['s3:PutObject'],
        { ArnNotEqualsIfExists: { 'aws:PrincipalArn': rolesOf(props.account, [build]) } },
        `${prefix}*`,
      );
    // Nor put another version over a name that is there: readers without a version id would get that one.
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
    this.denyEverybody('EachNameOnce', ['s3:PutObject'], {
      Null: { 's3:if-none-match': 'true' },
      Bool: { 's3:ObjectCreationOperation': 'true' },
    });
    this.signingKey = new DeliveryKey(this, 'SigningKey', {
      alias: `alias/${props.prefix}-evidence-signing`,
      description: 'Signs the manifest of each evidence pack',
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      policy: signingPolicy(props.account),
    });
  }

  private denyEverybody(sid: string, actions: string[], conditions: Conditions = {}, objects = '*'): void {
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid,
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions,
        resources: [this.bucket.arnForObjects(objects)],
        conditions,
      }),
    );
  }
}
