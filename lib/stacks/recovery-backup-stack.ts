import type { Construct } from 'constructs';
import { BackupPlan } from '../constructs/backup/backup-plan';
import type { BaseStackProps } from '../stage-context';
import { StageStack } from './stage-stack';

/**
 * Daily recovery points of what the second region holds, into its own vault: after a failover its stores are the only
 * ones that grow. They are not copied back: the region that they would go to is the one that is lost.
 */
export class RecoveryBackupStack extends StageStack {
  constructor(scope: Construct, id: string, props: BaseStackProps) {
    super(scope, id, props, 'Daily backups of the second region');
    new BackupPlan(this, 'Daily', props);
  }
}
