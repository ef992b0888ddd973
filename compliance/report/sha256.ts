import { createHash } from 'node:crypto';

/** The digest of a file's content, in hexadecimal. */
export const sha256 = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex');
