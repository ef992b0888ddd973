import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BackupVault } from 'aws-cdk-lib/aws-backup';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { StageConfig } from '../../config/schema';
import type { Names } from '../../names';
import { loadPolicy } from '../../policies';
import { mayDeleteEvidence } from '../storage/removal';

export interface LockedVaultProps {
  readonly config: StageConfig;
  readonly names: Names;
  readonly key: IKey;
}

/** The lock can be lifted for so many days after it was set; then not even AWS can. Three is the least that AWS takes. */
const COOLING_OFF_DAYS = 3;

/**
 * A backup vault under our own key. Where `features.vaultLock` is set, its recovery points can be neither deleted nor
 * shortened by anybody (NIST CP-9, HIPAA 164.308(a)(7)); elsewhere only deployments may.
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html
 */
export class LockedVault extends BackupVault {
  constructor(scope: Construct, id: string, { config, names, key }: LockedVaultProps) {
    const { retention, features } = config;
    super(scope, id, {
      backupVaultName: names.backupVault,
      encryptionKey: key,
      accessPolicy: loadPolicy('perimeter/backup-vault', {
        Account: config.account,
        MayDelete: mayDeleteEvidence(config, names),
      }),
      ...(features.vaultLock
        ? {
            lockConfiguration: {
              minRetention: Duration.days(retention.backup),
              maxRetention: Duration.days(retention.backup + 1),
              changeableFor: Duration.days(COOLING_OFF_DAYS),
            },
          }
        : {}),
      removalPolicy: features.retainStores ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    });
  }
}
