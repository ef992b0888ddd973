import { createHash, createPublicKey, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { GateError, messageOf } from '../gate-error';
import { MANIFEST, manifestText, sealed, SIGNATURE } from './manifest';
import { verifyPack } from './verify-pack';

/** Loaded when KMS is asked: who verifies with a key in a file needs no client. */
const kms = () => import('@aws-sdk/client-kms');

const ALGORITHM = 'ECDSA_SHA_256';

/** Signs the bytes of a manifest with ECDSA over SHA-256; base64 of the DER signature. */
export type Signer = (message: Buffer) => Promise<string>;

/** Signs with a local key (PEM); for rehearsals and tests. */
export const localSigner =
  (privateKey: string): Signer =>
  (message) =>
    Promise.resolve(sign('sha256', message, privateKey).toString('base64'));

/**
 * Signs with an asymmetric KMS key of the kind ECC_NIST_P256, in the account and region of the environment.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
 */
export const kmsSigner =
  (keyId: string): Signer =>
  async (message) => {
    try {
      const { KMSClient, SignCommand } = await kms();
      const { Signature } = await new KMSClient().send(
        new SignCommand({
          KeyId: keyId,
          // KMS signs messages of at most 4096 bytes, or a digest.
          Message: createHash('sha256').update(message).digest(),
          MessageType: 'DIGEST',
          SigningAlgorithm: ALGORITHM,
        }),
      );
      return Buffer.from(Signature ?? []).toString('base64');
    } catch (error) {
      throw new GateError(
        'TOOL_FAILED',
        `KMS did not sign with ${keyId}: ${messageOf(error)} It takes a key of the kind ECC_NIST_P256 for SIGN_VERIFY, and credentials and region (AWS_REGION) of somebody who may call kms:Sign with it.`,
      );
    }
  };

/**
 * The public half of a signing key in PEM, from KMS itself: a key that lies beside a pack says nothing about who signed it.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html
 * @throws GateError TOOL_FAILED when KMS does not give it.
 */
export async function kmsPublicKey(keyId: string): Promise<string> {
  try {
    const { GetPublicKeyCommand, KMSClient } = await kms();
    const { PublicKey } = await new KMSClient().send(new GetPublicKeyCommand({ KeyId: keyId }));
    const key = createPublicKey({ key: Buffer.from(PublicKey ?? []), format: 'der', type: 'spki' });
    return key.export({ type: 'spki', format: 'pem' }).toString();
  } catch (error) {
    throw new GateError(
      'TOOL_FAILED',
      `KMS did not give the public key of ${keyId}: ${messageOf(error)} It takes credentials and region (AWS_REGION) of somebody who may call kms:GetPublicKey with it.`,
    );
  }
}

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
  const text = manifestText(sealed({ ...manifest, signature: { algorithm: ALGORITHM, key } }));
  const signature = await signer(Buffer.from(text));
  writeFileSync(path.join(pack, MANIFEST), text);
  writeFileSync(path.join(pack, SIGNATURE), `${signature}\n`);
}
