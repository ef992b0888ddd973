import type { Construct } from 'constructs';
import { PermissionsBoundaryPolicy } from '../constructs/iam/permissions-boundary-policy';
import { DomainKey } from '../constructs/keys/domain-key';
import { keyPlaceholders } from '../constructs/keys/key-placeholders';
import { KEY_DOMAINS, type KeyDomain } from '../names';
import { type BaseStackProps, StageStack, type StageKeys } from './stage-stack';

/** One key for each data domain, and the ceiling of all roles: what every other stack stands on. */
export class KeysStack extends StageStack {
  readonly keys: StageKeys;

  constructor(scope: Construct, id: string, props: BaseStackProps) {
    super(
      scope,
      id,
      props,
      'Customer-managed keys of the data domains, and the permissions boundary of all roles',
    );
    const placeholders = keyPlaceholders(props.names);
    const key = (domain: KeyDomain) =>
      new DomainKey(this, `${domain[0]?.toUpperCase() ?? ''}${domain.slice(1)}Key`, {
        ...props,
        domain,
        placeholders: placeholders[domain],
      });
    this.keys = Object.fromEntries(KEY_DOMAINS.map((domain) => [domain, key(domain)])) as Record<
      KeyDomain,
      DomainKey
    >;
    new PermissionsBoundaryPolicy(this, 'PermissionsBoundary', props);
  }
}
