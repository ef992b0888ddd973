import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import type { ObjectVersion } from '../../lambda/domain/ports';
import { FOLDERS, s3Location } from '../../lambda/domain/picture-keys';
import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import { DETECTION_LOGS, type DetectionRecord } from '../../lambda/domain/detection-record';
import { purge } from '../../lambda/steps/purge';
import type { OperationsContext } from './context';

type Record = Pick<DetectionRecord, 'ImageID' | 'S3Location' | 'ProcessingStatus' | 'LaterVersions'>;

/**
 * `erased-object`: its id is in the erasure ledger. `orphan`: no record and not erased. `left-in-input`: the record is
 * final, the source was not deleted. `wrong-folder`: not where its record says. `missing`: a final record without object.
 */
export type DiscrepancyKind = 'erased-object' | 'orphan' | 'left-in-input' | 'wrong-folder' | 'missing';

export interface Discrepancy {
  readonly kind: DiscrepancyKind;
  readonly imageId: string;
  readonly where: string;
  /** Undefined: only a person can decide. */
  readonly repair?: () => Promise<unknown>;
}

const PROJECTION = 'ImageID, S3Location, ProcessingStatus, LaterVersions';
const FINAL: readonly string[] = ['completed', 'quarantined'];
/** BatchGetItem's limit. */
const BATCH = 100;

const idOfKey = (key: string): string => key.slice(key.indexOf('/') + 1).split('.')[0] ?? '';

async function* currentObjects({ pictures }: OperationsContext): AsyncGenerator<ObjectVersion[]> {
  for (const folder of FOLDERS) {
    let after: Awaited<ReturnType<typeof pictures.listVersions>>['next'];
    let previousKey = '';
    do {
      const page = await pictures.listVersions(`${folder}/`, after);
      // The first version of a key is its current one.
      yield page.versions.filter((version) => {
        const current = version.key !== previousKey;
        previousKey = version.key;
        return current && !version.isDeleteMarker;
      });
      after = page.next;
    } while (after !== undefined);
  }
}

async function recordsOf(
  { documents, names }: OperationsContext,
  ids: readonly string[],
): Promise<Map<string, Record>> {
  const records = new Map<string, Record>();
  for (let start = 0; start < ids.length; start += BATCH) {
    let keys: { ImageID: string }[] = ids.slice(start, start + BATCH).map((ImageID) => ({ ImageID }));
    while (keys.length > 0) {
      const { Responses, UnprocessedKeys } = await documents.send(
        new BatchGetCommand({
          RequestItems: {
            [names.detectionLogsTable]: {
              Keys: keys,
              ProjectionExpression: PROJECTION,
              ConsistentRead: true,
            },
          },
        }),
      );
      for (const item of (Responses?.[names.detectionLogsTable] ?? []) as Record[])
        records.set(item.ImageID, item);
      keys = (UnprocessedKeys?.[names.detectionLogsTable]?.Keys ?? []) as { ImageID: string }[];
    }
  }
  return records;
}

async function judgeObject(
  context: OperationsContext,
  object: ObjectVersion,
  record: Record | undefined,
): Promise<Discrepancy | undefined> {
  const { pictures, ledger } = context;
  const imageId = idOfKey(object.key);
  const where = object.key;
  if (record === undefined) {
    return (await ledger.has(imageId))
      ? { kind: 'erased-object', imageId, where, repair: () => purge(pictures, imageId) }
      : { kind: 'orphan', imageId, where };
  }
  if (!FINAL.includes(record.ProcessingStatus)) return undefined;
  if (s3Location(pictures.bucket, object.key) === record.S3Location) return undefined;
  if (record.LaterVersions?.includes(object.key) === true) return undefined;
  // Another copy may go only when the one that the record names is there.
  const namedKey = record.S3Location.slice(`s3://${pictures.bucket}/`.length);
  const safe = (await pictures.digest(namedKey)) !== undefined;
  return {
    kind: object.key.startsWith('input/') ? 'left-in-input' : 'wrong-folder',
    imageId,
    where,
    ...(safe && { repair: () => pictures.deleteVersion(object.key, object.versionId) }),
  };
}

async function* finalRecords({ config, names, documents }: OperationsContext): AsyncGenerator<Record> {
  const { name, partitionKey } = DETECTION_LOGS.indexes.byTime;
  for (const { id } of config.clients) {
    const pages = paginateQuery(
      { client: documents },
      {
        TableName: names.detectionLogsTable,
        IndexName: name,
        KeyConditionExpression: '#client = :client',
        ProjectionExpression: PROJECTION,
        ExpressionAttributeNames: { '#client': partitionKey },
        ExpressionAttributeValues: { ':client': id },
      },
    );
    for await (const page of pages) {
      for (const record of (page.Items ?? []) as Record[]) {
        if (FINAL.includes(record.ProcessingStatus)) yield record;
      }
    }
  }
}

/** Compares the bucket with the table, both ways. */
export async function findDiscrepancies(context: OperationsContext): Promise<Discrepancy[]> {
  const found: Discrepancy[] = [];
  const present = new Set<string>();
  for await (const objects of currentObjects(context)) {
    const records = await recordsOf(context, [...new Set(objects.map(({ key }) => idOfKey(key)))]);
    for (const object of objects) {
      present.add(s3Location(context.pictures.bucket, object.key));
      const discrepancy = await judgeObject(context, object, records.get(idOfKey(object.key)));
      if (discrepancy !== undefined) found.push(discrepancy);
    }
  }
  for await (const record of finalRecords(context)) {
    if (!present.has(record.S3Location))
      found.push({ kind: 'missing', imageId: record.ImageID, where: record.S3Location });
  }
  return found;
}

/** Prints, and when confirmed repairs, what does not agree. @returns the number left for a person. */
export async function reconcile(context: OperationsContext): Promise<number> {
  const found = await findDiscrepancies(context);
  let left = 0;
  for (const { kind, imageId, where, repair } of found) {
    if (repair === undefined) left += 1;
    else if (context.confirmed) await repair();
    const outcome =
      repair === undefined ? 'for a person to decide' : context.confirmed ? 'repaired' : 'can be repaired';
    context.print(`${kind.padEnd(14)} ${imageId}  ${where}  ${outcome}`);
  }
  context.print(
    found.length === 0 ? 'Bucket and table agree.' : `${found.length} discrepancies, ${left} for a person.`,
  );
  return left;
}
