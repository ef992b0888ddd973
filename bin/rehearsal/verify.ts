import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { isDeepStrictEqual } from 'node:util';
import { FOLDERS, pictureKeyPrefix, s3Location } from '../../lambda/domain/picture-keys';
import type { ApiClient } from '../../tools/client/api-client';
import type { EmbeddedAws } from '../../local/embedded-aws';
import { observe, type Observed, recordsIn } from './observe';

export interface Expected {
  /** The stores as they have to be again, but for the erased pictures. */
  readonly before: Observed;
  readonly surviving: readonly string[];
  readonly erased: readonly string[];
}

const isStatus = async (api: ApiClient, imageId: string, status: number): Promise<boolean> =>
  (await api.callPatiently(`/images/${imageId}`, Date.now() + 30_000)).status === status;

function faultsOfSurviving(bucket: string, { before }: Expected, now: Observed, imageId: string): string[] {
  const [record, wanted] = [now.records.get(imageId), before.records.get(imageId)];
  const objects = now.objects.get(imageId) ?? [];
  const [object] = objects;
  if (record === undefined) return ['has no record'];
  return [
    ...(isDeepStrictEqual(record, wanted) ? [] : ['its record is not what it was']),
    ...(objects.length === 1 ? [] : [`stands ${objects.length} times in the bucket`]),
    ...(object && s3Location(bucket, object.key) === record['S3Location']
      ? []
      : ['is not where its record says']),
    ...(object?.sha256 === record['StoredSHA256'] ? [] : ['its bytes are not those of its record']),
    ...(isDeepStrictEqual(objects, before.objects.get(imageId)) ? [] : ['its object is not what it was']),
  ];
}

async function versionsOf({ clients, names }: EmbeddedAws, imageId: string): Promise<number> {
  const lists = FOLDERS.map(async (folder) => {
    const { Versions = [], DeleteMarkers = [] } = await clients.s3.send(
      new ListObjectVersionsCommand({
        Bucket: names.pictureBucket,
        Prefix: pictureKeyPrefix(folder, imageId),
      }),
    );
    return Versions.length + DeleteMarkers.length;
  });
  return (await Promise.all(lists)).reduce((sum, count) => sum + count, 0);
}

/**
 * Whether everything is as it has to be after a restore, read past the tools that did it: every surviving picture once,
 * its record as it was, its bytes by checksum, for its client to see; nothing of an erased one; nothing else.
 * @returns what is not so; empty when all is
 */
export async function verifyRestored(
  aws: EmbeddedAws,
  api: ApiClient,
  expected: Expected,
): Promise<string[]> {
  const now = await observe(aws);
  const ledger = await recordsIn(aws, aws.names.erasureLedgerTable);
  const faults: string[] = [];
  for (const imageId of expected.surviving) {
    const found = faultsOfSurviving(aws.names.pictureBucket, expected, now, imageId);
    if (!(await isStatus(api, imageId, 200))) found.push('its client does not see it');
    faults.push(...found.map((fault) => `${imageId} ${fault}`));
  }
  for (const imageId of expected.erased) {
    const versions = await versionsOf(aws, imageId);
    if (now.records.has(imageId)) faults.push(`${imageId} was erased and has a record`);
    if (versions > 0) faults.push(`${imageId} was erased and has ${versions} object versions`);
    if (!ledger.has(imageId)) faults.push(`${imageId} was erased and is not in the ledger`);
    if (!(await isStatus(api, imageId, 404))) faults.push(`${imageId} was erased and its client sees it`);
  }
  const known = new Set([...expected.surviving, ...expected.erased]);
  for (const imageId of new Set([...now.records.keys(), ...now.objects.keys()]))
    if (!known.has(imageId)) faults.push(`${imageId} should not be there at all`);
  return faults;
}
