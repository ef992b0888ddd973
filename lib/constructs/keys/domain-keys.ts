import type { Construct } from 'constructs';
import { KEY_DOMAINS, type KeyDomain } from '../../names';
import type { BaseStackProps, StageKeys } from '../../stage-context';
import { DomainKey } from './domain-key';
import { keyPlaceholders } from './key-placeholders';

/** Construct id of a domain's key. */
export const domainKeyId = (domain: KeyDomain): string =>
  `${domain.charAt(0).toUpperCase()}${domain.slice(1)}Key`;

/** The keys of all data domains, in the region of the names. */
export function domainKeys(scope: Construct, props: BaseStackProps): StageKeys {
  const placeholders = keyPlaceholders(props.names);
  const key = (domain: KeyDomain) =>
    new DomainKey(scope, domainKeyId(domain), { ...props, domain, placeholders: placeholders[domain] });
  return Object.fromEntries(KEY_DOMAINS.map((domain) => [domain, key(domain)])) as Record<
    KeyDomain,
    DomainKey
  >;
}
