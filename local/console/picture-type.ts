import { open, stat } from 'node:fs/promises';
import type { PictureFile } from '../../tools/client/find-pictures';

const SIGNATURES = [
  ['image/jpeg', Buffer.from([0xff, 0xd8, 0xff])],
  ['image/png', Buffer.from('\x89PNG', 'latin1')],
] as const;

/** By its first bytes; undefined for what a browser must not be shown as a picture, and for what cannot be read. */
export async function pictureTypeOf(
  path: PictureFile['path'],
): Promise<'image/jpeg' | 'image/png' | undefined> {
  // A pipe would keep its reader waiting.
  const isFile = await stat(path)
    .then((entry) => entry.isFile())
    .catch(() => false);
  const file = isFile ? await open(path).catch(() => undefined) : undefined;
  if (!file) return undefined;
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return SIGNATURES.find(([, signature]) => signature.equals(buffer.subarray(0, signature.length)))?.[0];
  } finally {
    await file.close();
  }
}
