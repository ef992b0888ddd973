import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { LockedVault } from '../constructs/backup/locked-vault';
import { domainKeyId, domainKeys } from '../constructs/keys/domain-keys';
import { KEY_DOMAINS } from '../names';
import type { BaseStackProps, StageKeys } from '../stage-context';
import { StageStack } from './stage-stack';

/**
 * What must stand in the second region before anything is copied there, and before a disaster, when making keys may no
 * longer work: keys of all domains and the vault that takes the copies. Its names are those of the second region.
 */
export class RecoveryFoundationStack extends StageStack {
  readonly keys: StageKeys;

  constructor(scope: Construct, id: string, props: BaseStackProps) {
    super(scope, id, props, 'Keys and backup vault of the second region');
    const { config, names } = props;
    this.keys = domainKeys(this, props);
    for (const domain of KEY_DOMAINS)
      new CfnOutput(this, `${domainKeyId(domain)}Arn`, {
        description: `Key of the domain "${domain}", for the application of this region`,
        value: this.keys[domain].keyArn,
        exportName: names.keyExport(domain),
      });
    new LockedVault(this, 'Vault', { config, names, key: this.keys.backup });
  }
}
