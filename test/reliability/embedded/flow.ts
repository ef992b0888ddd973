import { GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { GetObjectCommand, ListObjectVersionsCommand, type ObjectVersion } from '@aws-sdk/client-s3';
import { setTimeout as delay } from 'node:timers/promises';
import {
  DETECTION_LOGS,
  isRecordKey,
  type DetectionRecord,
  detectionRecordSchema,
} from '../../../lambda/domain/detection-record';
import { sha256 } from '../../../lambda/domain/digest';
import { stripMetadata } from '../../../lambda/domain/strip-metadata';
import { type TestSystem, uploadInline } from '../../integration/system/test-system';

export interface SentPicture {
  readonly imageId: string;
  readonly bytes: Buffer;
}

const AT_ONCE = 8;

/** Sends pictures through the API, some at a time. */
export async function sendAll(system: TestSystem, pictures: readonly Buffer[]): Promise<SentPicture[]> {
  const sent: SentPicture[] = [];
  const waiting = [...pictures];
  const sender = async () => {
    for (let bytes = waiting.pop(); bytes !== undefined; bytes = waiting.pop()) {
      sent.push({ imageId: await uploadInline(system.demo, bytes), bytes });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sender));
  return sent;
}

/** Every record of the table, by image id. */
export async function allRecords({ aws }: TestSystem): Promise<Map<string, DetectionRecord>> {
  const records = new Map<string, DetectionRecord>();
  let start: Record<string, never> | undefined;
  do {
    const page = await aws.clients.dynamodb.send(
      new ScanCommand({ TableName: aws.names.detectionLogsTable, ExclusiveStartKey: start }),
    );
    for (const item of page.Items ?? []) {
      if (!isRecordKey(item['ImageID']?.S)) continue;
      const record = detectionRecordSchema.parse(unmarshall(item));
      records.set(record.ImageID, record);
    }
    start = page.LastEvaluatedKey as typeof start;
  } while (start !== undefined);
  return records;
}

/** The first start of a workflow that nobody has taken, in epoch milliseconds. */
export async function nextStart({ aws }: TestSystem): Promise<number> {
  const Key = { ImageID: { S: DETECTION_LOGS.startScheduleKey } };
  const { Item } = await aws.clients.dynamodb.send(
    new GetItemCommand({ TableName: aws.names.detectionLogsTable, Key }),
  );
  return Number(Item?.['NextStart']?.N);
}

/**
 * Waits until every picture is in its final place.
 * @returns the seconds it took
 */
export async function untilDone(
  system: TestSystem,
  sent: readonly SentPicture[],
  mostSeconds: number,
): Promise<number> {
  const begin = Date.now();
  for (;;) {
    const records = await allRecords(system);
    const left = sent.filter(({ imageId }) => records.get(imageId)?.ProcessingStatus !== 'completed');
    const seconds = (Date.now() - begin) / 1000;
    if (left.length === 0) return seconds;
    if (seconds > mostSeconds) {
      const states = left.map(({ imageId }) => {
        const record = records.get(imageId);
        return `${imageId} ${record?.ProcessingStatus ?? 'without record'} ${record?.FailureReason ?? ''}`;
      });
      throw new Error(`not done after ${mostSeconds} s:\n${states.join('\n')}`);
    }
    await delay(400);
  }
}

async function allObjects({ aws }: TestSystem): Promise<ObjectVersion[]> {
  const versions: ObjectVersion[] = [];
  let next: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
  for (;;) {
    const page = await aws.clients.s3.send(
      new ListObjectVersionsCommand({ Bucket: aws.names.pictureBucket, ...next }),
    );
    versions.push(...(page.Versions ?? []));
    if (page.IsTruncated !== true) return versions;
    next = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
}

/** What is wrong with where the pictures ended; nothing when every one is once in one place, with one true record. */
export async function faultsOf(system: TestSystem, sent: readonly SentPicture[]): Promise<string[]> {
  const { aws } = system;
  const [records, objects] = [await allRecords(system), await allObjects(system)];
  const faults: string[] = [];
  for (const { imageId, bytes } of sent) {
    const record = records.get(imageId);
    const keys = objects.flatMap(({ Key }) => (Key?.includes(imageId) === true ? [Key] : []));
    const [key, ...more] = keys;
    if (key === undefined || more.length > 0) faults.push(`${imageId}: objects ${keys.join()}`);
    if (record?.S3Location !== `s3://${aws.names.pictureBucket}/${key ?? ''}`)
      faults.push(`${imageId}: the record says ${record?.S3Location ?? 'nothing'}`);
    if (record?.AnnouncementDue === true) faults.push(`${imageId}: an announcement is due`);
    const stored = await aws.clients.s3.send(
      new GetObjectCommand({ Bucket: aws.names.pictureBucket, Key: key }),
    );
    const digest = sha256((await stored.Body?.transformToByteArray()) ?? new Uint8Array());
    const expected = sha256(stripMetadata(bytes, 'jpg'));
    if (digest !== expected || record?.StoredSHA256 !== expected) faults.push(`${imageId}: other bytes`);
  }
  return faults;
}
