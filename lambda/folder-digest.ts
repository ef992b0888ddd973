import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/**
 * One SHA-256 over the names and contents of all files of a folder: that of the list which
 * `find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum` prints there, so that a shell finds the same.
 * An asset that has it as its hash is named by what is in it, and by nothing else: the build that signs a release compares the
 * name with the content (`assembly-checks.ts`), and a template that was evaluated says which code it deploys.
 * @param files - contents by path from the folder, with `/` between names.
 */
export const digestOfFiles = (files: ReadonlyMap<string, Uint8Array>): string =>
  sha256(
    [...files]
      .map(([file, content]) => ({ file: `./${file}`, content }))
      .sort((a, b) => Buffer.compare(Buffer.from(a.file), Buffer.from(b.file)))
      .map(({ file, content }) => `${sha256(content)}  ${file}\n`)
      .join(''),
  );

/**
 * {@link digestOfFiles} of what lies there.
 * @param folder - a directory of plain files, at any depth.
 * @throws Error when it cannot be read.
 */
export const folderDigest = (folder: string): string =>
  digestOfFiles(
    new Map(
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => {
          const place = path.join(parentPath, name);
          return [path.relative(folder, place).split(path.sep).join('/'), readFileSync(place)];
        }),
    ),
  );
