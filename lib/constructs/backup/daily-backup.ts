import { CfnBackupPlan, CfnBackupSelection } from 'aws-cdk-lib/aws-backup';
import { Construct } from 'constructs';
import type { StageStackProps } from '../../stage-context';
import { ServiceRole } from '../iam/service-role';
import { backupStatements, restoreStatements } from './backup-statements';
import { LockedVault } from './locked-vault';

/** 03:00 UTC, when the fewest pictures arrive. */
const SCHEDULE = 'cron(0 3 * * ? *)';
const START_WITHIN_MINUTES = 60;
const END_WITHIN_MINUTES = 480;

/**
 * Daily recovery points of records, erasure ledger and pictures, each copied to the second region, kept for the
 * retention table's `backup` days. Restoring has a role of its own, so that taking backups cannot put data anywhere.
 */
export class DailyBackup extends Construct {
  constructor(scope: Construct, id: string, props: StageStackProps) {
    super(scope, id);
    const { config, names, keys } = props;
    const vault = new LockedVault(this, 'Vault', { config, names, key: keys.backup });
    const lifecycle = { deleteAfterDays: config.retention.backup };
    const plan = new CfnBackupPlan(this, 'Plan', {
      backupPlan: {
        backupPlanName: names.of('daily'),
        backupPlanRule: [
          {
            ruleName: names.of('daily'),
            targetBackupVault: vault.backupVaultName,
            scheduleExpression: SCHEDULE,
            startWindowMinutes: START_WITHIN_MINUTES,
            completionWindowMinutes: END_WITHIN_MINUTES,
            lifecycle,
            copyActions: [{ destinationBackupVaultArn: names.backupVaultArn(config.drRegion), lifecycle }],
          },
        ],
      },
    });
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
    const selection = new CfnBackupSelection(this, 'Selection', {
      backupPlanId: plan.attrBackupPlanId,
      backupSelection: {
        selectionName: names.of('stores'),
        iamRoleArn: role.roleArn,
        resources: [
          names.tableArn(names.detectionLogsTable),
          names.tableArn(names.erasureLedgerTable),
          names.bucketArn(names.pictureBucket),
        ],
      },
    });
    selection.node.addDependency(policy);
  }
}
