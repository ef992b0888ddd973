import { createHash } from 'node:crypto';

/** Base64, as S3 spells checksums. */
export const sha256 = (bytes: Uint8Array | string): string =>
  createHash('sha256').update(bytes).digest('base64');
