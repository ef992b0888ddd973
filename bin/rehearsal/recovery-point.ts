import {
  CreateBackupCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  RestoreTableFromBackupCommand,
  RestoreTableToPointInTimeCommand,
} from '@aws-sdk/client-dynamodb';
import { CopyObjectCommand, CreateBucketCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { takeRole } from '../../local/client/take-role';
import type { EmbeddedAws } from '../../local/embedded-aws';
import { clientSettings } from '../../local/emulator/clients';
import { recordsIn } from './observe';

/** The records of both tables and the pictures, as they were at one time. */
export interface RecoveryPoint {
  readonly time: Date;
  /** ARN of the backup of each table, by the table's name. */
  readonly backups: ReadonlyMap<string, string>;
}

const POLL_MILLISECONDS = 100;

/** Where a restore of each table goes. */
const targetsOf = ({ names }: EmbeddedAws): [source: string, target: string][] => [
  [names.detectionLogsTable, names.restoredDetectionLogsTable],
  [names.erasureLedgerTable, names.restoredErasureLedgerTable],
];

/**
 * Takes the recovery point: backups of the tables under the role of AWS Backup, and a copy of the bucket in place of the
 * bucket's recovery point, from which the embedded AWS cannot restore.
 */
export async function takeRecoveryPoint(aws: EmbeddedAws): Promise<RecoveryPoint> {
  const { clients, names } = aws;
  const dynamodb = new DynamoDBClient({
    ...clientSettings(aws.emulator),
    credentials: await takeRole({ aws }, 'backup'),
  });
  const time = new Date();
  const backups = new Map<string, string>();
  for (const [TableName] of targetsOf(aws)) {
    const { BackupDetails } = await dynamodb.send(
      new CreateBackupCommand({ TableName, BackupName: names.of('rehearsal') }),
    );
    backups.set(TableName, BackupDetails?.BackupArn ?? '');
  }
  const Bucket = names.restoredPictureBucket;
  await clients.s3.send(new CreateBucketCommand({ Bucket }));
  for await (const { Contents = [] } of paginateListObjectsV2(
    { client: clients.s3 },
    { Bucket: names.pictureBucket },
  ))
    for (const { Key } of Contents)
      await clients.s3.send(
        new CopyObjectCommand({ Bucket, Key, CopySource: `${names.pictureBucket}/${Key ?? ''}` }),
      );
  return { time, backups };
}

async function untilActive({ clients }: EmbeddedAws, TableName: string): Promise<void> {
  for (;;) {
    const { Table } = await clients.dynamodb.send(new DescribeTableCommand({ TableName }));
    if (Table?.TableStatus === 'ACTIVE') return;
    await delay(POLL_MILLISECONDS);
  }
}

/**
 * Asks for the table of records at a point in time and looks whether the answer is of that time. As root: the embedded AWS
 * evaluates a restore against every table of the account, so that a grant on the right ones does not fit there.
 * @param asOf the records at that time
 * @returns whether it is; the table stands then. Otherwise it was deleted again.
 */
export async function restoreToPointInTime(
  aws: EmbeddedAws,
  time: Date,
  asOf: ReadonlyMap<string, unknown>,
): Promise<boolean> {
  const { detectionLogsTable, restoredDetectionLogsTable: target } = aws.names;
  const { dynamodb } = aws.clients;
  await dynamodb.send(
    new RestoreTableToPointInTimeCommand({
      SourceTableName: detectionLogsTable,
      TargetTableName: target,
      RestoreDateTime: time,
    }),
  );
  await untilActive(aws, target);
  if (isDeepStrictEqual(await recordsIn(aws, target), asOf)) return true;
  await dynamodb.send(new DeleteTableCommand({ TableName: target }));
  return false;
}

/** Restores the tables from the recovery point, as root for the same reason. @returns how many tables */
export async function restoreFromBackups(
  aws: EmbeddedAws,
  { backups }: RecoveryPoint,
  isStanding: (table: string) => boolean,
): Promise<number> {
  const wanted = targetsOf(aws).filter(([source]) => !isStanding(source));
  for (const [source, TargetTableName] of wanted) {
    await aws.clients.dynamodb.send(
      new RestoreTableFromBackupCommand({ BackupArn: backups.get(source), TargetTableName }),
    );
    await untilActive(aws, TargetTableName);
  }
  return wanted.length;
}
