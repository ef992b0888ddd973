import { type App, Stack, Stage, Tags } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, CfnBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';

/** A stack of two buckets for the gate's own tests: one kept well, and one with no protection when asked for. */
export function buildSmallApplication(
  app: App,
  options: { readonly unprotectedBucket?: boolean } = {},
): void {
  const stage = new Stage(app, 'serverlessapp-dev', {
    env: { account: '111122223333', region: 'us-east-1' },
  });
  const stack = new Stack(stage, 'storage', { stackName: 'serverlessapp-dev-storage' });
  const encryptionKey = new Key(stack, 'Key', { enableKeyRotation: true });
  new Bucket(stack, 'Kept', {
    bucketName: 'serverlessapp-dev-kept',
    encryption: BucketEncryption.KMS,
    encryptionKey,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    versioned: true,
  });
  if (options.unprotectedBucket === true) addUnprotectedBucket(stack);
  for (const tag of ['Application', 'CostCentre', 'DataClassification', 'Environment', 'Owner']) {
    Tags.of(stage).add(tag, 'small-application');
  }
}

function addUnprotectedBucket(stack: Stack): void {
  new CfnBucket(stack, 'Unprotected', { bucketName: 'serverlessapp-dev-unprotected' });
}
