import type { Construct } from 'constructs';
import { DailyBackup } from '../constructs/backup/daily-backup';
import type { StageStackProps } from '../stage-context';
import { StageStack } from './stage-stack';

/** Backups of everything that cannot be made again. */
export class BackupStack extends StageStack {
  constructor(scope: Construct, id: string, props: StageStackProps) {
    super(scope, id, props, 'Backup vault, daily plan with copies to the second region, restore role');
    new DailyBackup(this, 'Daily', props);
  }
}
