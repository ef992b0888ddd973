import { Construct } from 'constructs';
import type { StageStackProps } from '../../stage-context';
import { ServiceRole } from '../iam/service-role';
import { backupStatements, restoreStatements } from './backup-statements';
import { BackupPlan } from './backup-plan';
import { LockedVault } from './locked-vault';

/**
 * Daily recovery points of records, erasure ledger and pictures, each copied to the second region, kept for the
 * retention table's `backup` days. Restoring has a role of its own, so that taking backups cannot put data anywhere.
 */
export class DailyBackup extends Construct {
  constructor(scope: Construct, id: string, props: StageStackProps) {
    super(scope, id);
    const { config, names, keys } = props;
    const vault = new LockedVault(this, 'Vault', { config, names, key: keys.backup });
    const { role, policy } = new ServiceRole(this, 'BackupRole', {
      names,
      purpose: 'backup',
      description: 'AWS Backup reads tables and pictures and fills the vaults',
      service: 'backup.amazonaws.com',
      statements: backupStatements(config, names, keys),
    });
    new ServiceRole(this, 'RestoreRole', {
      names,
      purpose: 'restore',
      description: 'AWS Backup restores into new tables and buckets, named PREFIX-restored-NAME',
      service: 'backup.amazonaws.com',
      statements: restoreStatements(config, names, keys),
    });
    const plan = new BackupPlan(this, 'Daily', { config, names, copyTo: config.drRegion });
    plan.node.addDependency(vault, role, policy);
  }
}
