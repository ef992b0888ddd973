import { s3Location } from '../../../lambda/domain/picture-keys';
import type { ObjectVersion } from '../../../lambda/domain/ports';
import { allVersions, purge } from '../../../lambda/steps/purge';
import { ConfigurationError } from '../../../lib/config/load';
import type { OperationsContext } from '../context';
import { copyPicture, isPicture, storedPicture } from './copy-picture';
import { checkSelection, type Selection } from './selection';

/** What became, or would become, of the picture that a record names. */
const RECOVERY_OUTCOMES = {
  undeleted: 'its delete marker was taken away',
  recovered: 'an older version was copied over the current one',
  present: 'already there',
  erased: 'in the erasure ledger: stays away',
  'no-record': 'there is no finished record of it: merge the record first',
  'no-version': 'no version is the picture of the record: merge it from a restored bucket',
  changed: 'somebody else wrote to it meanwhile: run it again',
} as const;
export type RecoveryOutcome = keyof typeof RECOVERY_OUTCOMES;

/**
 * Versions and markers of one key, newest first. S3 lists markers apart, so that only the time tells; of the same second
 * the marker counts as newer, which is right whenever nothing is current.
 */
async function historyOf({ pictures }: OperationsContext, key: string): Promise<ObjectVersion[]> {
  const versions = (await allVersions(pictures, key)).filter((version) => version.key === key);
  return versions.sort(
    (a, b) => b.lastModified - a.lastModified || Number(b.isDeleteMarker) - Number(a.isDeleteMarker),
  );
}

/** Takes away the markers that hide a version: it becomes current again with its own age, so that its life does not begin anew. */
async function undelete(
  { s3, pictures, confirmed }: OperationsContext,
  markers: readonly ObjectVersion[],
  sha256: string,
): Promise<RecoveryOutcome> {
  if (!confirmed) return 'undeleted';
  for (const { key, versionId } of markers) await pictures.deleteVersion(key, versionId);
  const [{ key } = { key: '' }] = markers;
  const there = { bucket: pictures.bucket, key };
  const isBack = await isPicture(s3, there, await storedPicture(s3, there), sha256);
  return isBack ? 'undeleted' : 'changed';
}

async function recover(context: OperationsContext, imageId: string): Promise<RecoveryOutcome> {
  const { s3, names, log, ledger, confirmed } = context;
  if (await ledger.has(imageId)) return 'erased';
  const record = await log.get(imageId);
  const bucket = names.pictureBucket;
  const { S3Location = '', StoredSHA256: sha256 } = record ?? {};
  const folder = s3Location(bucket, '');
  if (sha256 === undefined || !S3Location.startsWith(folder)) return 'no-record';
  const key = S3Location.slice(folder.length);
  const current = await storedPicture(s3, { bucket, key });
  if (await isPicture(s3, { bucket, key }, current, sha256)) return 'present';
  const history = await historyOf(context, key);
  for (const [index, version] of history.entries()) {
    const { versionId, isDeleteMarker } = version;
    if (isDeleteMarker) continue;
    const older = { bucket, key, versionId };
    if (!(await isPicture(s3, older, await storedPicture(s3, older), sha256))) continue;
    const above = history.slice(0, index);
    if (above.every((later) => later.isDeleteMarker)) return await undelete(context, above, sha256);
    if (!confirmed) return 'recovered';
    const to = { bucket, key, overwrites: current?.etag };
    const copy = await copyPicture(s3, older, to, sha256);
    return copy === 'copied' ? 'recovered' : 'changed';
  }
  return 'no-version';
}

/**
 * Brings deleted or overwritten pictures back from the older versions of the running bucket: the version whose checksum
 * is the one on record, and no other.
 * @returns how many of the named pictures had each outcome
 * @throws ConfigurationError when no picture is named
 */
export async function recoverPictures(
  context: OperationsContext,
  selection: Selection,
): Promise<ReadonlyMap<RecoveryOutcome, number>> {
  const { config, ledger, pictures, confirmed, print } = context;
  const { images } = checkSelection(
    selection,
    config.clients.map(({ id }) => id),
  );
  if (images.length === 0) throw new ConfigurationError('Name the pictures: --image ID, once for each.');
  const tally = new Map<RecoveryOutcome, number>();
  for (const imageId of images) {
    let outcome = await recover(context, imageId);
    // An erasure that came meanwhile wins.
    if (confirmed && outcome !== 'erased' && (await ledger.has(imageId))) {
      await purge(pictures, imageId);
      outcome = 'erased';
    }
    tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
    print(`${outcome.padEnd(11)}${imageId}  ${RECOVERY_OUTCOMES[outcome]}`);
  }
  return tally;
}

/** @returns the number of pictures that a person has to look at */
export async function recoverForPerson(context: OperationsContext, selection: Selection): Promise<number> {
  const tally = await recoverPictures(context, selection);
  return (['no-record', 'no-version', 'changed'] as const).reduce((sum, o) => sum + (tally.get(o) ?? 0), 0);
}
