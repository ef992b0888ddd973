import { FOLDERS, pictureKeyPrefix } from '../domain/picture-keys';
import type { ObjectVersion, ObjectVersionPage, PictureStore } from '../domain/ports';

type Versions = Pick<PictureStore, 'listVersions'>;

/** Every version and delete marker under a prefix, newest first within a key. */
export async function allVersions(pictures: Versions, prefix: string): Promise<ObjectVersion[]> {
  const versions: ObjectVersion[] = [];
  let next: ObjectVersionPage['next'];
  do {
    const page: ObjectVersionPage = await pictures.listVersions(prefix, next);
    versions.push(...page.versions);
    next = page.next;
  } while (next !== undefined);
  return versions;
}

/** Deletes every version of a picture in every folder, those put aside included; answers how many there were. */
export async function purge(
  pictures: Versions & Pick<PictureStore, 'deleteVersion'>,
  imageId: string,
): Promise<number> {
  let count = 0;
  for (const folder of FOLDERS) {
    for (const { key, versionId } of await allVersions(pictures, pictureKeyPrefix(folder, imageId))) {
      await pictures.deleteVersion(key, versionId);
      count += 1;
    }
  }
  return count;
}
