import { open } from 'node:fs/promises';

const SIGNATURES = [
  ['image/jpeg', Buffer.from([0xff, 0xd8, 0xff])],
  ['image/png', Buffer.from('\x89PNG', 'latin1')],
] as const;

/** By its first bytes; undefined for what a browser must not be shown as a picture, and for what cannot be read. */
export async function pictureTypeOf(path: string): Promise<'image/jpeg' | 'image/png' | undefined> {
  const file = await open(path).catch(() => undefined);
  if (!file) return undefined;
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return SIGNATURES.find(([, signature]) => signature.equals(buffer.subarray(0, signature.length)))?.[0];
  } finally {
    await file.close();
  }
}
