import type { Names } from '../../names';
import { CfnDeletionPolicy, type CfnResource } from 'aws-cdk-lib';
import type { StageConfig } from '../../config/schema';

/**
 * What happens to a store when its stack goes. Kept stores survive a deletion and a replacement, but not a creation that
 * failed, so that a first deployment can be repeated.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
 */
export function applyStoreRemoval(store: CfnResource, config: StageConfig): void {
  store.cfnOptions.deletionPolicy = config.features.retainStores
    ? CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE
    : CfnDeletionPolicy.DELETE;
  store.cfnOptions.updateReplacePolicy = config.features.retainStores
    ? CfnDeletionPolicy.RETAIN
    : CfnDeletionPolicy.DELETE;
}

/** Who may delete evidence that no lock holds; a sandbox must stay destroyable by whoever works in it. */
export const mayDeleteEvidence = ({ features }: StageConfig, names: Names): string[] =>
  features.retainStores
    ? [names.deploymentRoleArn]
    : [names.deploymentRoleArn, `arn:aws:iam::${names.account}:role/*`];
