import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { ManualApprovalStep } from 'aws-cdk-lib/pipelines';
import type { ReleaseEvidence } from './release-evidence';

export interface ReleaseApprovalProps {
  readonly evidence: ReleaseEvidence;
  /** Key prefix of this release's pack, known when the gate has run. */
  readonly pack: string;
  /** Of the release before, or that there was none. */
  readonly lastPack: string;
  /** What the gate of the release before said of this one. */
  readonly recheck: string;
  readonly topic: ITopic;
}

/**
 * Waits for a person and leads to what has changed since the release that runs: findings, exceptions, policies, allowed
 * access and network stand in the pack's section "Since the last pack" (NIST CM-3, SOC 2 CC8.1).
 */
export class ReleaseApproval extends ManualApprovalStep {
  constructor(id: string, { evidence, pack, lastPack, recheck, topic }: ReleaseApprovalProps) {
    const { bucketName } = evidence.bucket;
    const props = {
      comment: `Read what changed since the last release (${lastPack}), access and network included: s3://${bucketName}/${pack}/index.html, section "Since the last pack". ${recheck}`,
      reviewUrl: `https://us-east-1.console.aws.amazon.com/s3/buckets/${bucketName}?prefix=${pack}/`,
    };
    super(id, { ...props, notificationTopic: topic });
    // The pack's place comes from the gate's build; CDK Pipelines itself looks for such values in builds only.
    this.discoverReferencedOutputs(props);
  }
}
