import {
  BackupClient,
  DescribeBackupJobCommand,
  DescribeRestoreJobCommand,
  GetRecoveryPointRestoreMetadataCommand,
  paginateListRecoveryPointsByBackupVault,
  StartBackupJobCommand,
  StartRestoreJobCommand,
} from '@aws-sdk/client-backup';
import {
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { GetScheduleCommand, paginateListSchedules, SchedulerClient } from '@aws-sdk/client-scheduler';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import {
  type AccountContext,
  type ContactContext,
  eventually,
  type Exercise,
  evaluated,
  type Seen,
  settingsOf,
  takenAway,
} from './exercise';

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
  return evaluated(
    ends.length > 0 && ends.every((end) => end.endsWith(' SUCCEEDED')),
    ends.join('; ') || 'no schedule',
  );
}

/** Within what a restore may make, and no name that a restore after a disaster takes. */
const restoredLedger = ({ names }: AccountContext): string =>
  (names.restoredTableArnPattern.split(':table/')[1] ?? '').replace('*', 'first-contact');

/** Of the erasure ledger; undefined before its first backup. */
export async function newestRecoveryPoint(context: ContactContext): Promise<string | undefined> {
  const { names } = context;
  const client = new BackupClient(settingsOf(context));
  const points: { arn: string; at: number }[] = [];
  for await (const { RecoveryPoints = [] } of paginateListRecoveryPointsByBackupVault(
    { client },
    {
      BackupVaultName: names.backupVault,
      ByResourceArn: names.tableArn(names.erasureLedgerTable),
    },
  ))
    for (const { RecoveryPointArn: arn, Status, CreationDate } of RecoveryPoints)
      if (arn !== undefined && Status === 'COMPLETED') points.push({ arn, at: CreationDate?.getTime() ?? 0 });
  return points.sort((a, b) => b.at - a.at)[0]?.arn;
}

/** A backup of the erasure ledger, which stays for a week. */
export async function startLedgerBackup(context: ContactContext): Promise<string | undefined> {
  const { names } = context;
  const { BackupJobId } = await new BackupClient(settingsOf(context)).send(
    new StartBackupJobCommand({
      BackupVaultName: names.backupVault,
      ResourceArn: names.tableArn(names.erasureLedgerTable),
      IamRoleArn: names.roleArn('backup'),
      Lifecycle: { DeleteAfterDays: 7 },
    }),
  );
  return BackupJobId;
}

const ENDED = /^(COMPLETED|FAILED|ABORTED|EXPIRED|PARTIAL)$/;

/** In which state a job ended, with AWS's words for it. */
async function endOf(
  context: ContactContext,
  ask: () => Promise<readonly (string | undefined)[]>,
): Promise<string> {
  const end = await eventually(context, async () => {
    const [state = '', ...words] = await ask();
    return ENDED.test(state) ? [state, ...words].filter(Boolean).join(' ') : undefined;
  });
  return end ?? 'still running';
}

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
    id: 'backup',
    edge: 'AWS Backup → table → vault, under its key',
    contracts: ['backup-takes-its-role', 'backup-keeps-in-vault'],
    expected: 'the backup is COMPLETED',
    does: 'backs the erasure ledger up',
    cost: 'below 0.05 $; takes some minutes',
    leaves: 'the recovery point, for 7 days',
    mark: { name: 'StartBackupJob' },
    run: async (context) => {
      const client = new BackupClient(settingsOf(context));
      const BackupJobId = await startLedgerBackup(context);
      const end = await endOf(context, async () => {
        const { State, StatusMessage } = await client.send(new DescribeBackupJobCommand({ BackupJobId }));
        return [State, StatusMessage];
      });
      return evaluated(end === 'COMPLETED', `backup ${end}`);
    },
  },
  {
    id: 'restore',
    edge: 'AWS Backup → a new table, under the key of the vault and its own',
    contracts: ['backup-keeps-in-vault'],
    expected: 'the restore is COMPLETED, and the table stands under a key of ours',
    does: 'restores the newest recovery point of the erasure ledger beside it, looks at the table, and deletes it',
    cost: 'below 0.05 $; takes up to an hour',
    needsAws: 'it keeps no recovery points and makes no restore jobs',
    mark: { name: 'StartRestoreJob' },
    run: async (context) => {
      const { names } = context;
      const client = new BackupClient(settingsOf(context));
      const RecoveryPointArn = await newestRecoveryPoint(context);
      if (RecoveryPointArn === undefined) return evaluated(false, 'the erasure ledger has no recovery point');
      const { RestoreMetadata } = await client.send(
        new GetRecoveryPointRestoreMetadataCommand({ BackupVaultName: names.backupVault, RecoveryPointArn }),
      );
      const { RestoreJobId } = await client.send(
        new StartRestoreJobCommand({
          RecoveryPointArn,
          IamRoleArn: names.roleArn('restore'),
          ResourceType: 'DynamoDB',
          Metadata: { ...RestoreMetadata, targetTableName: restoredLedger(context) },
        }),
      );
      const end = await endOf(context, async () => {
        const { Status, StatusMessage } = await client.send(new DescribeRestoreJobCommand({ RestoreJobId }));
        return [Status, StatusMessage];
      });
      if (end !== 'COMPLETED') return evaluated(false, `restore ${end}`);
      const { Table } = await new DynamoDBClient(settingsOf(context)).send(
        new DescribeTableCommand({ TableName: restoredLedger(context) }),
      );
      return evaluated(
        Table?.TableStatus === 'ACTIVE' && Table.SSEDescription?.KMSMasterKeyArn !== undefined,
        `restore ${end}; the table is ${Table?.TableStatus ?? 'not there'}, under ${Table?.SSEDescription?.KMSMasterKeyArn ?? 'no key of ours'}`,
      );
    },
    cleanUp: (context) => {
      const client = new DynamoDBClient(settingsOf(context));
      const TableName = restoredLedger(context);
      return takenAway(`table ${TableName}`, async () => {
        await client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
        await client.send(new DeleteTableCommand({ TableName }));
      });
    },
  },
];
