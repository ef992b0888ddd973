import type { Construct } from 'constructs';
import { PermissionsBoundaryPolicy } from '../constructs/iam/permissions-boundary-policy';
import { domainKeys } from '../constructs/keys/domain-keys';
import type { BaseStackProps, StageKeys } from '../stage-context';
import { StageStack } from './stage-stack';

/** One key for each data domain, and the permissions boundary of all roles: what every other stack stands on. */
export class KeysStack extends StageStack {
  readonly keys: StageKeys;

  constructor(scope: Construct, id: string, props: BaseStackProps) {
    super(
      scope,
      id,
      props,
      'Customer-managed keys of the data domains, and the permissions boundary of all roles',
    );
    this.keys = domainKeys(this, props);
    new PermissionsBoundaryPolicy(this, 'PermissionsBoundary', props);
  }
}
