import type { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { type Bucket, CfnBucketPolicy } from 'aws-cdk-lib/aws-s3';

/** Gives a bucket the policy of a file, whole; constructs that would add statements find none to add to. */
export function attachBucketPolicy(bucket: Bucket, policyDocument: PolicyDocument): CfnBucketPolicy {
  return new CfnBucketPolicy(bucket, 'Perimeter', { bucket: bucket.bucketName, policyDocument });
}
