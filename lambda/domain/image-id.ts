import { createHash } from 'node:crypto';

/**
 * The image id of an upload that carries an Idempotency-Key: the same client and key always get the same id. A UUID of
 * version 8 (RFC 9562 section 5.8: custom content) over SHA-256 of both, as a JSON array so that no two pairs read alike.
 * @param clientId the caller
 * @param idempotencyKey checked by `idempotencyKeySchema`
 */
export function imageIdOfKey(clientId: string, idempotencyKey: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify(['serverlessapp-image-id', clientId, idempotencyKey]))
    .digest();
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x80, 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = digest.toString('hex', 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
