import { GetObjectCommand, NoSuchKey, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { paginateScan } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { isRecordKey } from '../../lambda/domain/detection-record';
import { sha256 } from '../../lambda/domain/digest';
import type { EmbeddedAws } from '../../local/embedded-aws';

/** One current object as its readers get it. */
export interface ObservedObject {
  readonly key: string;
  /** Base64, of the bytes that were read. */
  readonly sha256: string;
  readonly contentType: string;
}

/** Everything that the running stores hold, read past all tools by the account's root. */
export interface Observed {
  readonly records: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly objects: ReadonlyMap<string, readonly ObservedObject[]>;
}

const imageIdOf = (key: string): string => /\/([0-9a-f-]{36})\./.exec(key)?.[1] ?? key;

/** The records of a table by image id; what is no record is left out. */
export async function recordsIn(
  { clients }: EmbeddedAws,
  TableName: string,
): Promise<Map<string, Record<string, unknown>>> {
  const records = new Map<string, Record<string, unknown>>();
  for await (const { Items = [] } of paginateScan({ client: clients.dynamodb }, { TableName }))
    for (const item of Items.map((wire) => unmarshall(wire)))
      if (isRecordKey(item['ImageID'])) records.set(String(item['ImageID']), item);
  return records;
}

/**
 * The current objects of a bucket by image id. A picture that moves while they are read is read again at its new place.
 * @throws NoSuchKey when that happens more often than a system at rest can explain
 */
export async function objectsIn(
  aws: EmbeddedAws,
  bucket: string,
  attempts = 3,
): Promise<Map<string, ObservedObject[]>> {
  try {
    return await readObjects(aws, bucket);
  } catch (error) {
    if (attempts <= 1 || !(error instanceof NoSuchKey)) throw error;
    return await objectsIn(aws, bucket, attempts - 1);
  }
}

async function readObjects({ clients }: EmbeddedAws, Bucket: string): Promise<Map<string, ObservedObject[]>> {
  const objects = new Map<string, ObservedObject[]>();
  for await (const { Contents = [] } of paginateListObjectsV2({ client: clients.s3 }, { Bucket }))
    for (const { Key = '' } of Contents) {
      const { Body, ContentType = '' } = await clients.s3.send(new GetObjectCommand({ Bucket, Key }));
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
      const found = { key: Key, sha256: sha256(bytes), contentType: ContentType };
      objects.set(imageIdOf(Key), [...(objects.get(imageIdOf(Key)) ?? []), found]);
    }
  return objects;
}

export const observe = async (aws: EmbeddedAws): Promise<Observed> => ({
  records: await recordsIn(aws, aws.names.detectionLogsTable),
  objects: await objectsIn(aws, aws.names.pictureBucket),
});
