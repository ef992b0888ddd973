import { createHash, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { runTool } from '../engines/run-tool';
import { GateError } from '../gate-error';
import { MANIFEST, manifestText, sealed, SIGNATURE } from './manifest';
import { verifyPack } from './verify-pack';

/** Signs the bytes of a manifest with ECDSA over SHA-256; base64 of the DER signature. */
export type Signer = (message: Buffer) => Promise<string>;

/** Signs with a local key (PEM); for rehearsals and tests. */
export const localSigner =
  (privateKey: string): Signer =>
  (message) =>
    Promise.resolve(sign('sha256', message, privateKey).toString('base64'));

/**
 * Signs with an asymmetric KMS key (ECC_NIST_P256) through the AWS CLI of the pipeline's image.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
 */
export const kmsSigner =
  (keyId: string): Signer =>
  async (message) => {
    // KMS signs messages of at most 4096 bytes, or a digest.
    const scratch = mkdtempSync(path.join(os.tmpdir(), 'sign-'));
    try {
      const digest = path.join(scratch, 'digest');
      writeFileSync(digest, createHash('sha256').update(message).digest());
      const run = await runTool('aws', [
        ...['kms', 'sign', '--key-id', keyId, '--message', `fileb://${digest}`, '--message-type', 'DIGEST'],
        ...['--signing-algorithm', 'ECDSA_SHA_256', '--output', 'json'],
      ]);
      if (run.exitCode !== 0) {
        throw new GateError('TOOL_FAILED', `KMS did not sign: ${run.stderr.trim().slice(-500)}`);
      }
      return z.looseObject({ Signature: z.string() }).parse(JSON.parse(run.stdout)).Signature;
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  };

/**
 * Signs an unchanged pack: the manifest names the key, and the signature stands beside it.
 * @throws GateError PACK_INVALID when the pack was changed since it was written.
 */
export async function signPack(pack: string, key: string, signer: Signer): Promise<void> {
  const { manifest, changes } = verifyPack(pack);
  if (manifest === undefined || changes.length > 0) {
    throw new GateError(
      'PACK_INVALID',
      `${pack} was changed since it was written and will not be signed:\n${changes.join('\n')}`,
    );
  }
  const text = manifestText(sealed({ ...manifest, signature: { algorithm: 'ECDSA_SHA_256', key } }));
  const signature = await signer(Buffer.from(text));
  writeFileSync(path.join(pack, MANIFEST), text);
  writeFileSync(path.join(pack, SIGNATURE), `${signature}\n`);
}
