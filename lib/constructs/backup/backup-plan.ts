import { CfnBackupPlan, CfnBackupSelection } from 'aws-cdk-lib/aws-backup';
import { Construct } from 'constructs';
import type { StageConfig } from '../../config/schema';
import type { Names } from '../../names';

export interface BackupPlanProps {
  readonly config: StageConfig;
  /** Of the region whose stores are backed up, into the vault of that region. */
  readonly names: Names;
  /** The region whose vault takes a copy of each recovery point; none when there is no other to rely on. */
  readonly copyTo?: string;
}

/** 03:00 UTC, when the fewest pictures arrive. */
const SCHEDULE = 'cron(0 3 * * ? *)';
const START_WITHIN_MINUTES = 60;
const END_WITHIN_MINUTES = 480;

/**
 * Daily recovery points of one region's records, erasure ledger and pictures, kept for the retention table's `backup`
 * days. Taken with the role that the primary region makes for both, so that the second region backs up what it holds
 * from its first day on, when IAM may not make any.
 */
export class BackupPlan extends Construct {
  constructor(scope: Construct, id: string, { config, names, copyTo }: BackupPlanProps) {
    super(scope, id);
    const lifecycle = { deleteAfterDays: config.retention.backup };
    const plan = new CfnBackupPlan(this, 'Plan', {
      backupPlan: {
        backupPlanName: names.of('daily'),
        backupPlanRule: [
          {
            ruleName: names.of('daily'),
            targetBackupVault: names.backupVault,
            scheduleExpression: SCHEDULE,
            startWindowMinutes: START_WITHIN_MINUTES,
            completionWindowMinutes: END_WITHIN_MINUTES,
            lifecycle,
            ...(copyTo === undefined
              ? {}
              : { copyActions: [{ destinationBackupVaultArn: names.backupVaultArn(copyTo), lifecycle }] }),
          },
        ],
      },
    });
    new CfnBackupSelection(this, 'Selection', {
      backupPlanId: plan.attrBackupPlanId,
      backupSelection: {
        selectionName: names.of('stores'),
        iamRoleArn: names.roleArn('backup'),
        resources: [
          names.tableArn(names.detectionLogsTable),
          names.tableArn(names.erasureLedgerTable),
          names.bucketArn(names.pictureBucket),
        ],
      },
    });
  }
}
