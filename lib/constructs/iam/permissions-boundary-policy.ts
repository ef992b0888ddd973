import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { StageConfig } from '../../config/schema';
import { Names } from '../../names';
import { loadPolicy } from '../../policies';

export interface PermissionsBoundaryPolicyProps {
  readonly config: StageConfig;
  readonly names: Names;
}

/**
 * The permissions boundary of every role of the stage (`policies/identity/permissions-boundary.json`); the stage sets it on all of
 * them. https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
export class PermissionsBoundaryPolicy extends ManagedPolicy {
  constructor(scope: Construct, id: string, { config, names }: PermissionsBoundaryPolicyProps) {
    super(scope, id, {
      managedPolicyName: names.permissionsBoundary,
      description: 'Ceiling of every role of the application; grants nothing by itself',
      document: loadPolicy('identity/permissions-boundary', {
        Account: names.account,
        Region: names.region,
        DisasterRecoveryRegion: config.drRegion,
        RestoredStores: [
          names.restoredBucketArnPattern,
          ...[config.region, config.drRegion].map(
            (region) => new Names(config, region).restoredTableArnPattern,
          ),
        ],
      }),
    });
  }
}
