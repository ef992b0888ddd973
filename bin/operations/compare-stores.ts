import { BatchGetCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { DETECTION_LOGS, type DetectionRecord } from '../../lambda/domain/detection-record';
import { FOLDERS, pictureKeyPrefix } from '../../lambda/domain/picture-keys';
import type { ObjectVersion, PictureStore } from '../../lambda/domain/ports';
import type { OperationsContext } from './context';

/** What is compared of a record: no decision, no name, nothing of the picture. */
export type ComparedRecord = Pick<
  DetectionRecord,
  'ImageID' | 'S3Location' | 'ProcessingStatus' | 'LaterVersions'
>;
export type PictureObject = Pick<ObjectVersion, 'key' | 'versionId'>;

const PROJECTION = 'ImageID, S3Location, ProcessingStatus, LaterVersions';
/** BatchGetItem's limit. */
const BATCH = 100;

/** The current objects under a prefix: the first version of a key, unless it is a delete marker. */
async function currentObjects(pictures: PictureStore, prefix: string): Promise<PictureObject[]> {
  const newest = new Map<string, ObjectVersion>();
  let next: Awaited<ReturnType<PictureStore['listVersions']>>['next'];
  do {
    const page = await pictures.listVersions(prefix, next);
    for (const version of page.versions) {
      // Markers are listed apart from objects, so that only the time tells which of a key's entries is the newest.
      const known = newest.get(version.key);
      if (known === undefined || known.lastModified < version.lastModified) newest.set(version.key, version);
    }
    next = page.next;
  } while (next !== undefined);
  return [...newest.values()].filter(({ isDeleteMarker }) => !isDeleteMarker);
}

const idOfKey = (key: string): string => key.slice(key.indexOf('/') + 1).split('.')[0] ?? '';

/** The current objects of every picture in the bucket, by image id. */
export async function objectsByPicture(pictures: PictureStore): Promise<Map<string, PictureObject[]>> {
  const found = new Map<string, PictureObject[]>();
  for (const folder of FOLDERS) {
    for (const { key, versionId } of await currentObjects(pictures, `${folder}/`)) {
      const imageId = idOfKey(key);
      found.set(imageId, [...(found.get(imageId) ?? []), { key, versionId }]);
    }
  }
  return found;
}

/** The current objects of one picture, read again. */
export async function objectsOf(pictures: PictureStore, imageId: string): Promise<PictureObject[]> {
  const lists = FOLDERS.map((folder) => currentObjects(pictures, pictureKeyPrefix(folder, imageId)));
  return (await Promise.all(lists)).flat();
}

/** The records of these pictures, read consistently; one that does not exist is not in the answer. */
export async function recordsOf(
  { documents, names }: OperationsContext,
  imageIds: readonly string[],
): Promise<Map<string, ComparedRecord>> {
  const table = names.detectionLogsTable;
  const records = new Map<string, ComparedRecord>();
  for (let start = 0; start < imageIds.length; start += BATCH) {
    let keys: { ImageID: string }[] = imageIds.slice(start, start + BATCH).map((ImageID) => ({ ImageID }));
    while (keys.length > 0) {
      const { Responses, UnprocessedKeys } = await documents.send(
        new BatchGetCommand({
          RequestItems: {
            [table]: { Keys: keys, ProjectionExpression: PROJECTION, ConsistentRead: true },
          },
        }),
      );
      for (const item of (Responses?.[table] ?? []) as ComparedRecord[]) records.set(item.ImageID, item);
      keys = (UnprocessedKeys?.[table]?.Keys ?? []) as { ImageID: string }[];
    }
  }
  return records;
}

/** Every record of the configured clients, client by client. A client that left the configuration is not read. */
export async function* allRecords({
  config,
  names,
  documents,
}: OperationsContext): AsyncGenerator<ComparedRecord> {
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
    for await (const page of pages) yield* (page.Items ?? []) as ComparedRecord[];
  }
}
