import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

export interface PictureFile {
  /** Bytes where the name is not UTF-8: no string leads to such a file. */
  readonly path: string | Buffer;
  /** As the user named it, or below the folder that the user named; bytes that are not UTF-8 as `\xE9`. */
  readonly name: string;
  /** Why it cannot be read, found out on the way to it. */
  readonly unreadable?: string;
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'no permission to read it',
  EISDIR: 'a folder',
  ELOOP: 'a link in a circle',
  ENOENT: 'no such file',
  EPERM: 'the system does not permit to read it',
};
/** Why a file or folder cannot be read, in words. */
export function unreadableReason(error: unknown): string {
  const { code = String(error) } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? code;
}

const SLASH = Buffer.from('/');
const below = (folder: Buffer, name: Buffer): Buffer => Buffer.concat([folder, SLASH, name]);
const isUtf8 = (bytes: Buffer): boolean => Buffer.from(bytes.toString()).equals(bytes);
const pathOf = (bytes: Buffer): string | Buffer => (isUtf8(bytes) ? bytes.toString() : bytes);

/** What of the bytes is UTF-8 as it is, every other byte as its code: no two names look alike. */
function nameOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString();
  return [...bytes]
    .map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16).toUpperCase()}`))
    .join('');
}

const isHidden = (name: Buffer): boolean => name[0] === 0x2e;

/**
 * Everything below a folder, links followed, each folder once. What cannot be read stands in the list with the reason:
 * one closed folder costs its own files only.
 */
async function filesBelow(path: Buffer, name: string, seen: Set<string>): Promise<PictureFile[]> {
  const itself = { path: pathOf(path), name };
  let entries: Buffer[];
  try {
    const real = (await realpath(path, 'buffer')).toString('hex');
    if (seen.has(real)) return [];
    seen.add(real);
    entries = await readdir(path, 'buffer');
  } catch (error) {
    return [{ ...itself, unreadable: `folder: ${unreadableReason(error)}` }];
  }
  const files: PictureFile[] = [];
  for (const entry of entries.filter((each) => !isHidden(each)).sort((a, b) => a.compare(b)))
    files.push(...(await filesAt(below(path, entry), join(name, nameOf(entry)), seen)));
  return files;
}

async function filesAt(path: Buffer, name: string, seen: Set<string>): Promise<PictureFile[]> {
  const itself = { path: pathOf(path), name };
  try {
    const found = await stat(path);
    if (found.isDirectory()) return await filesBelow(path, name, seen);
    // A pipe or device could keep its reader waiting for ever.
    return [found.isFile() ? itself : { ...itself, unreadable: 'not a file, but a pipe, socket or device' }];
  } catch (error) {
    const isLink = await lstat(path).then(
      (entry) => entry.isSymbolicLink(),
      () => false,
    );
    return [{ ...itself, unreadable: isLink ? 'a link to what is not there' : unreadableReason(error) }];
  }
}

/** What an argument becomes that Node could not read as UTF-8. */
const REPLACEMENT = '\ufffd';

/**
 * Every file that the arguments name, folders opened, what is hidden in them left out. What does not exist or cannot be
 * read is in the list as well, so that its row can say so.
 * @param base - what relative names begin at
 */
export async function findPictures(names: readonly string[], base: string): Promise<PictureFile[]> {
  const seen = new Set<string>();
  const found: PictureFile[] = [];
  for (const name of names) {
    const files = await filesAt(Buffer.from(resolve(base, name)), name, seen);
    if (!name.includes(REPLACEMENT)) found.push(...files);
    else
      found.push(
        ...files.map((file) =>
          file.unreadable === undefined
            ? file
            : { ...file, unreadable: `${file.unreadable}; a name that is not UTF-8 is found by its folder` },
        ),
      );
  }
  return found;
}
