import { createHash } from 'node:crypto';
import { BOUNDS } from '../domain/bounds';
import type { DetectionRecord } from '../domain/detection-record';
import { sha256 } from '../domain/digest';
import { laterVersionKey } from '../domain/picture-keys';
import type { DetectionLog, PictureStore } from '../domain/ports';
import { purge } from './purge';

export interface PutAsidePorts {
  readonly pictures: PictureStore;
  readonly log: Pick<DetectionLog, 'addLaterVersion'>;
}

export interface LaterVersion {
  readonly imageId: string;
  /** As it was read when the version came. */
  readonly record: Pick<DetectionRecord, 'ImageFormat' | 'LaterVersions'>;
  readonly key: string;
  readonly versionId: string;
}

/** Version ids are no part of a key's alphabet; their digest is. */
const digestOf = (versionId: string): string =>
  createHash('sha256').update(versionId).digest('hex').slice(0, 16);

/**
 * Moves a later version of a picture's key to quarantine: a form can be replayed, and only the version that was claimed
 * is looked at and paid for. One form keeps BOUNDS.laterVersions of them, and a few more when they come at once; the rest
 * are deleted unread. Safe to repeat: the copy's key is made of the version.
 */
export async function putAside(
  ports: PutAsidePorts,
  later: LaterVersion,
): Promise<'later-version' | 'purged'> {
  const { imageId, key, versionId, record } = later;
  if ((record.LaterVersions ?? []).length >= BOUNDS.laterVersions) {
    await ports.pictures.deleteVersion(key, versionId);
    return 'later-version';
  }
  const bytes = await ports.pictures.getVersion(key, versionId);
  if (bytes === undefined) return 'later-version';
  const copy = laterVersionKey(imageId, digestOf(versionId), record.ImageFormat);
  await ports.pictures.putNew({
    key: copy,
    bytes,
    contentType: 'application/octet-stream',
    sha256: sha256(bytes),
  });
  const listed = await ports.log.addLaterVersion(imageId, copy);
  if (!listed.applied && listed.current === undefined) {
    await purge(ports.pictures, imageId);
    return 'purged';
  }
  await ports.pictures.deleteVersion(key, versionId);
  return 'later-version';
}
