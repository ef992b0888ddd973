import { createHash } from 'node:crypto';

/** Namespace of this project's identifiers; any fixed UUID does. */
const NAMESPACE = Buffer.from('6f1c5f0e0d6b4c39a6a25b7c41d2e9a7', 'hex');

/** A UUID (version 5, RFC 9562) made from a name: the same pack made twice has the same identifiers. */
export function uuidOf(...name: readonly string[]): string {
  const digest = createHash('sha1').update(NAMESPACE).update(name.join('\u0000')).digest();
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x50, 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  return digest.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
