import { open, stat } from 'node:fs/promises';
import type { PictureFile } from '../../tools/client/find-pictures';

export type PictureType = 'image/jpeg' | 'image/png';

const SIGNATURES: readonly (readonly [PictureType, Buffer])[] = [
  ['image/jpeg', Buffer.from([0xff, 0xd8, 0xff])],
  ['image/png', Buffer.from('\x89PNG', 'latin1')],
];
const LONGEST_SIGNATURE = 4;

/** By the first bytes; undefined for what a browser must not be shown as a picture. */
export const pictureTypeOfBytes = (bytes: Uint8Array): PictureType | undefined =>
  SIGNATURES.find(([, signature]) => signature.equals(bytes.subarray(0, signature.length)))?.[0];

/** The same of a file; undefined, too, for what cannot be read. */
export async function pictureTypeOf(path: PictureFile['path']): Promise<PictureType | undefined> {
  // A pipe would keep its reader waiting.
  const isFile = await stat(path)
    .then((entry) => entry.isFile())
    .catch(() => false);
  const file = isFile ? await open(path).catch(() => undefined) : undefined;
  if (!file) return undefined;
  try {
    const { buffer } = await file.read(Buffer.alloc(LONGEST_SIGNATURE), 0, LONGEST_SIGNATURE, 0);
    return pictureTypeOfBytes(buffer);
  } finally {
    await file.close();
  }
}
