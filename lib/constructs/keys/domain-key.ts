import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { AddToResourcePolicyResult } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { StageConfig } from '../../config/schema';
import type { KeyDomain, Names } from '../../names';
import { loadPolicy, type PlaceholderValues } from '../../policies';
import { unusedStatements } from './unused-statements';

export interface DomainKeyProps {
  readonly config: StageConfig;
  readonly names: Names;
  readonly domain: KeyDomain;
  readonly placeholders: PlaceholderValues;
}

/**
 * The customer-managed key of one data domain. Its policy is `policies/keys/DOMAIN.json` and nothing else,
 * less what has nobody to let in here.
 * Yearly rotation: NIST SC-12, PCI DSS 3.7.4. https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
 */
export class DomainKey extends Key {
  constructor(scope: Construct, id: string, { config, names, domain, placeholders }: DomainKeyProps) {
    super(scope, id, {
      alias: names.keyAlias(domain),
      description: `${names.prefix}: everything of the domain "${domain}"`,
      enableKeyRotation: true,
      rotationPeriod: Duration.days(365),
      pendingWindow: Duration.days(config.keyDeletionWindowDays),
      policy: loadPolicy(`keys/${domain}`, placeholders, unusedStatements(domain, config, names)),
      removalPolicy: config.features.retainStores
        ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
        : RemovalPolicy.DESTROY,
    });
  }

  /** Grants of CDK constructs stay out: who may use a key is security's decision, and stands in the policy file. */
  override addToResourcePolicy(): AddToResourcePolicyResult {
    return { statementAdded: false };
  }
}
