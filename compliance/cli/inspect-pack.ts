import { existsSync, readFileSync } from 'node:fs';
import { GateError } from '../gate-error';
import { compareEvidence, describeDifference, readEvidence } from '../report/difference';
import { kmsSigner, localSigner, signPack } from '../report/sign-pack';
import { verifyPack } from '../report/verify-pack';
import type { Command } from './arguments';
import { fromCaller } from './from-caller';

const readKey = (file: string): string => {
  const path = fromCaller(file);
  if (!existsSync(path))
    throw new GateError('USAGE', `There is no file ${file}. Name the file with the key in PEM.`);
  return readFileSync(path, 'utf8');
};

/** 0: nothing was changed. 1: something was. 2: a signature is there, and no key to check it with. */
export function verifyCommand({ pack, publicKey }: Extract<Command, { name: 'verify' }>): number {
  const { changes, manifest, signature } = verifyPack(fromCaller(pack), publicKey && readKey(publicKey));
  if (changes.length > 0) {
    console.log(
      `${pack} was changed since it was written:\n${changes.map((change) => `  ${change}`).join('\n')}`,
    );
    return 1;
  }
  console.log(
    `${pack}: ${Object.keys(manifest?.files ?? {}).length} files, all as they were written on ${manifest?.generated ?? ''} from commit ${manifest?.commit.id ?? ''}.`,
  );
  if (signature === 'verified') console.log('The signature belongs to the given key.');
  if (signature === 'unsigned')
    console.log('UNSIGNED: the sums show that nothing was changed by accident, not who wrote it.');
  if (signature !== 'not checked') return 0;
  console.log('The pack is signed; name the public key with --public-key FILE to check the signature.');
  return 2;
}

export function diffCommand({ before, after }: Extract<Command, { name: 'diff' }>): number {
  console.log(
    describeDifference(compareEvidence(readEvidence(fromCaller(before)), readEvidence(fromCaller(after)))),
  );
  return 0;
}

export async function signCommand({
  pack,
  keyId,
  privateKey,
}: Extract<Command, { name: 'sign' }>): Promise<number> {
  const signer = privateKey === undefined ? kmsSigner(keyId) : localSigner(readKey(privateKey));
  await signPack(fromCaller(pack), keyId, signer);
  console.log(`${pack} is signed with ${keyId}.`);
  return 0;
}
