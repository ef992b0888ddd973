import { readdir, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';

export interface PictureFile {
  path: string;
  /** As the user named it, or below the folder that the user named. */
  name: string;
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Every file that the arguments name, folders opened; what does not exist stays, so that its row can say so. */
export async function findPictures(names: readonly string[], base: string): Promise<PictureFile[]> {
  const found = await Promise.all(
    names.map(async (name) => {
      const path = resolve(base, name);
      const isFolder = await stat(path).then(
        (entry) => entry.isDirectory(),
        () => false,
      );
      if (!isFolder) return [{ path, name }];
      return (await filesBelow(path)).map((file) => ({ path: file, name: join(name, relative(path, file)) }));
    }),
  );
  return found.flat();
}
