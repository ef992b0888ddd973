import {
  BackupClient,
  DescribeBackupJobCommand,
  DescribeRestoreJobCommand,
  GetRecoveryPointRestoreMetadataCommand,
  StartBackupJobCommand,
  StartRestoreJobCommand,
} from '@aws-sdk/client-backup';
import { DeleteTableCommand, DynamoDBClient, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { GetScheduleCommand, paginateListSchedules, SchedulerClient } from '@aws-sdk/client-scheduler';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { isError } from '../../../tools/aws/why-not-answered';
import { type ContactContext, eventually, type Exercise, judged, type Seen, settingsOf } from './exercise';

/** Starts every schedule's target whose name ends so, with the schedule's own input, and waits for their ends. */
async function rotate(context: ContactContext, isWanted: (target: string) => boolean): Promise<Seen> {
  const scheduler = new SchedulerClient(settingsOf(context));
  const states = new SFNClient(settingsOf(context));
  const GroupName = context.names.scheduleGroup;
  const ends: string[] = [];
  for await (const { Schedules = [] } of paginateListSchedules({ client: scheduler }, { GroupName }))
    for (const { Name } of Schedules) {
      const { Target } = await scheduler.send(new GetScheduleCommand({ GroupName, Name }));
      if (Target?.Arn === undefined || !isWanted(Target.Arn)) continue;
      const { executionArn } = await states.send(
        new StartExecutionCommand({ stateMachineArn: Target.Arn, input: Target.Input ?? '{}' }),
      );
      const end = await eventually(context, async () => {
        const { status, error } = await states.send(new DescribeExecutionCommand({ executionArn }));
        return status === 'RUNNING'
          ? undefined
          : `${status ?? 'UNKNOWN'}${error === undefined ? '' : ` (${error})`}`;
      });
      ends.push(`${Name ?? ''} ${end ?? 'still running'}`);
    }
  return judged(
    ends.length > 0 && ends.every((end) => end.endsWith(' SUCCEEDED')),
    ends.join('; ') || 'no schedule',
  );
}

/** Within what a restore may make, and no name that a restore after a disaster takes. */
const restoredLedger = ({ names }: ContactContext): string =>
  (names.restoredTableArnPattern.split(':table/')[1] ?? '').replace('*', 'first-contact');

/** What works rarely, and must when it is needed. */
export const ROTATIONS_AND_BACKUPS: readonly Exercise[] = [
  {
    id: 'rotation-api-keys',
    edge: 'Step Functions → API Gateway, SSM, Secrets Manager',
    contracts: [],
    expected: 'SUCCEEDED for every client; the key before stays good for its overlap',
    does: 'rotates the API key of every configured client',
    cost: 'below 0.01 $',
    needsAws: 'its Step Functions have no integration for API Gateway',
    mark: { name: 'CreateApiKey' },
    run: (context) => rotate(context, (arn) => arn.endsWith(context.names.apiKeyRotation)),
  },
  {
    id: 'rotation-cursor-key',
    edge: 'Step Functions → Secrets Manager',
    contracts: [],
    expected: 'SUCCEEDED; cursors under the key before stay good',
    does: 'rotates the key that signs cursors',
    cost: 'below 0.01 $',
    needsAws: 'its Step Functions do not know the intrinsic calls of this integration',
    mark: { name: 'PutSecretValue' },
    run: (context) => rotate(context, (arn) => arn.endsWith(context.names.cursorKeyRotation)),
  },
  {
    id: 'backup-and-restore',
    edge: 'AWS Backup → vault, under its key → a new table',
    contracts: ['backup-takes-its-role', 'backup-keeps-in-vault'],
    expected: 'the backup and the restore are COMPLETED',
    does: 'backs the erasure ledger up, restores it beside itself, and deletes the restored table; the recovery point expires after 7 days',
    cost: 'below 0.05 $; takes up to an hour',
    needsAws: 'it makes no restore jobs',
    mark: { name: 'StartRestoreJob' },
    run: async (context) => {
      const { names } = context;
      const backup = new BackupClient(settingsOf(context));
      const IamRoleArn = names.roleArn('backup');
      const { BackupJobId, RecoveryPointArn } = await backup.send(
        new StartBackupJobCommand({
          BackupVaultName: names.backupVault,
          ResourceArn: names.tableArn(names.erasureLedgerTable),
          IamRoleArn,
          Lifecycle: { DeleteAfterDays: 7 },
        }),
      );
      const ended = /^(COMPLETED|FAILED|ABORTED|EXPIRED|PARTIAL)$/;
      const kept = await eventually(context, async () => {
        const { State = '', StatusMessage = '' } = await backup.send(
          new DescribeBackupJobCommand({ BackupJobId }),
        );
        return ended.test(State) ? `${State} ${StatusMessage}`.trim() : undefined;
      });
      if (kept !== 'COMPLETED') return judged(false, `backup ${kept ?? 'still running'}`);
      const { RestoreMetadata } = await backup.send(
        new GetRecoveryPointRestoreMetadataCommand({ BackupVaultName: names.backupVault, RecoveryPointArn }),
      );
      const { RestoreJobId } = await backup.send(
        new StartRestoreJobCommand({
          RecoveryPointArn,
          IamRoleArn: names.roleArn('restore'),
          ResourceType: 'DynamoDB',
          Metadata: { ...RestoreMetadata, targetTableName: restoredLedger(context) },
        }),
      );
      const restored = await eventually(context, async () => {
        const { Status = '', StatusMessage = '' } = await backup.send(
          new DescribeRestoreJobCommand({ RestoreJobId }),
        );
        return ended.test(Status) ? `${Status} ${StatusMessage}`.trim() : undefined;
      });
      return judged(restored === 'COMPLETED', `backup ${kept}, restore ${restored ?? 'still running'}`);
    },
    cleanUp: async (context) => {
      const client = new DynamoDBClient(settingsOf(context));
      const TableName = restoredLedger(context);
      try {
        await client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
        await client.send(new DeleteTableCommand({ TableName }));
      } catch (error) {
        if (!isError(error, 'ResourceNotFound')) throw error;
      }
    },
  },
];
