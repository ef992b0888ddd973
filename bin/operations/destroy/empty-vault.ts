import {
  DeleteRecoveryPointCommand,
  paginateListRecoveryPointsByBackupVault,
  type RecoveryPointByBackupVault,
} from '@aws-sdk/client-backup';
import { setTimeout as delay } from 'node:timers/promises';
import type { DestroyContext } from './context';
import { StackDeletionError } from './stack-deletion-error';

const TIMEOUT_MILLISECONDS = 30 * 60_000;

async function recoveryPointsOf(
  { backup }: DestroyContext,
  BackupVaultName: string,
): Promise<RecoveryPointByBackupVault[]> {
  const found: RecoveryPointByBackupVault[] = [];
  for await (const { RecoveryPoints = [] } of paginateListRecoveryPointsByBackupVault(
    { client: backup },
    { BackupVaultName },
  ))
    found.push(...RecoveryPoints);
  return found;
}

/**
 * Deletes every recovery point and waits until they are gone: a vault that holds one cannot be deleted.
 * @returns what was done, in a few words
 * @throws StackDeletionError when some are still there after half an hour
 */
export async function emptyVault(context: DestroyContext, BackupVaultName: string): Promise<string> {
  const found = await recoveryPointsOf(context, BackupVaultName);
  for (const { RecoveryPointArn, Status } of found)
    if (Status !== 'DELETING')
      await context.backup.send(new DeleteRecoveryPointCommand({ BackupVaultName, RecoveryPointArn }));
  const deadline = Date.now() + TIMEOUT_MILLISECONDS;
  for (;;) {
    const [left] = found.length === 0 ? [] : await recoveryPointsOf(context, BackupVaultName);
    if (left === undefined) return `emptied of ${found.length} recovery points`;
    if (Date.now() > deadline)
      throw new StackDeletionError(
        `${BackupVaultName}: ${left.RecoveryPointArn ?? ''} is still ${left.Status ?? ''}. ${left.StatusMessage ?? ''}`,
      );
    await delay(context.pollMilliseconds);
  }
}
