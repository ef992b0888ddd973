import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { ManualApprovalStep } from 'aws-cdk-lib/pipelines';

/** What those who approve a release are led to; all of it told by the build that signs, which runs nothing of the release. */
export interface ToRead {
  /** What the gate of the release before said of this one. */
  readonly said: string;
  /** Key prefix of the packs of that gate, one a stage; of the release's own before there was any. */
  readonly review: string;
  /** Key prefix of the pack that the release's own gate wrote. */
  readonly pack: string;
}

export interface ReleaseApprovalProps {
  /** Name of the bucket that keeps the packs. */
  readonly bucketName: string;
  readonly read: ToRead;
  /** Key prefix of the pack of the release before, or that there was none. */
  readonly lastPack: string;
  readonly topic: ITopic;
}

/**
 * First what the gate of the release before says: whoever changes the gate writes what the release's own says.
 * @param bucketName - of the bucket that keeps the packs.
 */
export const whatToRead = (bucketName: string, { said, review, pack }: ToRead): string =>
  `${said} Each is told below s3://${bucketName}/${review}, a pack each for dev, staging and prod: index.html, section "Since the last pack". The release's own gate writes to ${pack}.`;

/**
 * Waits for a person and leads to what has changed since the release that runs: findings, exceptions, policies, allowed
 * access and network stand in the pack's section "Since the last pack" (NIST CM-3, SOC 2 CC8.1).
 */
export class ReleaseApproval extends ManualApprovalStep {
  constructor(id: string, { bucketName, read, lastPack, topic }: ReleaseApprovalProps) {
    const props = {
      comment: `${whatToRead(bucketName, read)} The last release is ${lastPack}.`,
      reviewUrl: `https://us-east-1.console.aws.amazon.com/s3/buckets/${bucketName}?prefix=${read.review}/`,
    };
    super(id, { ...props, notificationTopic: topic });
    // What is read is told by a build; CDK Pipelines itself looks for such values in builds only.
    this.discoverReferencedOutputs(props);
  }
}
