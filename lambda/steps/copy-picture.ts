import { sha256 } from '../domain/digest';
import { CopyConflictError } from '../domain/errors';
import type { PictureStore } from '../domain/ports';

/** What a picture is kept as, by its format. */
export const CONTENT_TYPE = { jpg: 'image/jpeg', png: 'image/png' } as const;
/** Nobody should open by accident what may not be a picture. */
export const QUARANTINE_CONTENT_TYPE = 'application/octet-stream';

/**
 * Stores bytes under a key; the same bytes that are there already are success. Answers their digest.
 * @throws CopyConflictError when other bytes are there
 */
export async function putCopy(
  pictures: Pick<PictureStore, 'putNew' | 'digest'>,
  key: string,
  bytes: Uint8Array,
  contentType: string,
): Promise<string> {
  const digest = sha256(bytes);
  const put = await pictures.putNew({ key, bytes, contentType, sha256: digest });
  if (put === 'exists' && (await pictures.digest(key)) !== digest) throw new CopyConflictError(key);
  return digest;
}

/** Takes every version of what begins so away. */
export async function removeCopies(
  pictures: Pick<PictureStore, 'listVersions' | 'deleteVersion'>,
  key: string,
): Promise<void> {
  const { versions } = await pictures.listVersions(key);
  for (const version of versions) await pictures.deleteVersion(version.key, version.versionId);
}
