import { verify } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { GateError, messageOf } from '../gate-error';
import { isPack, type Manifest, MANIFEST, manifestSchema, manifestText, sealed, SIGNATURE } from './manifest';
import { sha256 } from './sha256';

export interface Verification {
  /** What differs from the manifest; empty when nothing does. */
  readonly changes: readonly string[];
  readonly manifest: Manifest | undefined;
  readonly signature: 'unsigned' | 'verified' | 'wrong' | 'not checked';
}

/**
 * Recomputes every sum of a pack, and its signature where there is one and the public key is given. Works offline.
 * @param publicKey - PEM; KMS gives a key in DER, which `openssl pkey -pubin -inform DER` turns into PEM.
 * @throws GateError PACK_INVALID when the directory is no pack.
 */
export function verifyPack(pack: string, publicKey?: string): Verification {
  const file = path.join(pack, MANIFEST);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const manifest = parseManifest(text);
  if (manifest === undefined) {
    if (!isPack(pack)) {
      throw new GateError(
        'PACK_INVALID',
        `${pack} is not an evidence pack (no ${MANIFEST} of one in it). Name the directory that the gate wrote.`,
      );
    }
    return { changes: [`${MANIFEST}: is not as it was written`], manifest, signature: 'not checked' };
  }
  const present = filesBelow(pack).filter((file) => file !== MANIFEST && file !== SIGNATURE);
  const changes = [
    ...Object.entries(manifest.files).flatMap(([file, expected]) => {
      if (!present.includes(file)) return [`${file}: is missing`];
      return sha256(readFileSync(path.join(pack, file))) === expected ? [] : [`${file}: was changed`];
    }),
    ...present.filter((file) => !(file in manifest.files)).map((file) => `${file}: was added`),
  ];
  const signature = checkSignature(pack, text, manifest, publicKey);
  if (signature === 'wrong') changes.push(`${SIGNATURE}: does not belong to this manifest and key`);
  return { changes, manifest, signature };
}

function parseManifest(text: string): Manifest | undefined {
  try {
    const manifest = manifestSchema.parse(JSON.parse(text));
    return manifestText(sealed(manifest)) === text ? manifest : undefined;
  } catch {
    return undefined;
  }
}

function checkSignature(
  pack: string,
  text: string,
  manifest: Manifest,
  publicKey: string | undefined,
): Verification['signature'] {
  const file = path.join(pack, SIGNATURE);
  if (manifest.signature === 'UNSIGNED') return existsSync(file) ? 'wrong' : 'unsigned';
  if (!existsSync(file)) return 'wrong';
  if (publicKey === undefined) return 'not checked';
  try {
    const signature = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
    // Base64 decoders forgive; a signature file is its one encoding and a line's end, or it was changed.
    if (`${signature.toString('base64')}\n` !== readFileSync(file, 'utf8')) return 'wrong';
    return verify('sha256', Buffer.from(text), publicKey, signature) ? 'verified' : 'wrong';
  } catch (error) {
    throw new GateError(
      'PACK_INVALID',
      `The signature cannot be checked: ${messageOf(error)}. Is the key a public key in PEM?`,
    );
  }
}

const filesBelow = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) =>
      path.relative(directory, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'),
    )
    .sort();
