import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { EmbeddedAws } from '../../local/embedded-aws';
import type { Observed } from './observe';

/** What happens to a picture in the rehearsal; each picture gets one, in turn. */
const DAMAGES = {
  none: 'untouched',
  'record-deleted': 'record deleted',
  'all-deleted': 'record and every version of the picture deleted',
  'wrong-write': 'record overwritten with a wrong decision',
  'picture-deleted': 'picture deleted (a marker hides it)',
  'picture-overwritten': 'picture overwritten with other bytes',
  'erased-before': 'erased before the recovery point; its ledger entry lost',
  'erased-after': 'erased after the recovery point, which still holds it',
} as const;
export type Damage = keyof typeof DAMAGES;

const KINDS = Object.keys(DAMAGES) as Damage[];

/** Pictures that it takes so that each kind of damage happens. */
export const MINIMUM_PICTURES = KINDS.length;

/** Which damage each of the pictures gets. */
export const assignDamages = (imageIds: readonly string[]): ReadonlyMap<string, Damage> =>
  new Map(imageIds.map((imageId, index) => [imageId, KINDS[index % KINDS.length] ?? 'none']));

export const imagesWith = (dealt: ReadonlyMap<string, Damage>, ...damages: Damage[]): string[] =>
  [...dealt].flatMap(([imageId, damage]) => (damages.includes(damage) ? [imageId] : []));

const deleteItem = ({ clients }: EmbeddedAws, table: string, imageId: string) =>
  clients.dynamodb.send(new DeleteItemCommand({ TableName: table, Key: { ImageID: { S: imageId } } }));

const putRecord = ({ clients, names }: EmbeddedAws, record: Readonly<Record<string, unknown>>) =>
  clients.dynamodb.send(new PutItemCommand({ TableName: names.detectionLogsTable, Item: marshall(record) }));

const putObject = ({ clients, names }: EmbeddedAws, Key: string, Body: string) =>
  clients.s3.send(new PutObjectCommand({ Bucket: names.pictureBucket, Key, Body }));

async function deleteVersions({ clients, names }: EmbeddedAws, Key: string): Promise<void> {
  const Bucket = names.pictureBucket;
  const { Versions = [] } = await clients.s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: Key }));
  for (const { VersionId } of Versions)
    await clients.s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
}

const wrongDecision = (record: Readonly<Record<string, unknown>>) => {
  const DetectedAnimal = record['DetectedAnimal'] === 'cat' ? 'dog' : 'cat';
  return {
    ...record,
    DetectedAnimal,
    S3Location: String(record['S3Location']).replace(/\/(cats|dogs|others|review)\//, `/${DetectedAnimal}s/`),
  };
};

/** Does to the running stores what the pictures were dealt, as the account's root: no tool of ours is asked. */
export async function damage(
  aws: EmbeddedAws,
  before: Observed,
  dealt: ReadonlyMap<string, Damage>,
): Promise<void> {
  const { clients, names } = aws;
  for (const [imageId, kind] of dealt) {
    const record = before.records.get(imageId) ?? {};
    const key = before.objects.get(imageId)?.[0]?.key ?? '';
    if (kind === 'record-deleted' || kind === 'all-deleted')
      await deleteItem(aws, names.detectionLogsTable, imageId);
    if (kind === 'all-deleted') await deleteVersions(aws, key);
    if (kind === 'wrong-write') await putRecord(aws, wrongDecision(record));
    if (kind === 'picture-deleted')
      await clients.s3.send(new DeleteObjectCommand({ Bucket: names.pictureBucket, Key: key }));
    if (kind === 'picture-overwritten') await putObject(aws, key, 'not the picture');
    if (kind === 'erased-before') await deleteItem(aws, names.erasureLedgerTable, imageId);
  }
}

/** What a careless restore over the running stores does: records and pictures of erased ones are back. */
export async function bringBackErased(
  aws: EmbeddedAws,
  before: Observed,
  erased: readonly string[],
): Promise<void> {
  for (const imageId of erased) {
    await putRecord(aws, before.records.get(imageId) ?? {});
    await putObject(aws, before.objects.get(imageId)?.[0]?.key ?? '', 'an erased picture');
  }
}
