import { existsSync, readFileSync } from 'node:fs';
import { GateError } from '../gate-error';
import {
  changedTemplates,
  type ComparablePack,
  comparePacks,
  describeDifference,
  readPack,
} from '../report/difference';
import { printable } from '../report/printable';
import { describeOccasion } from '../report/purpose';
import { kmsPublicKey, kmsSigner, localSigner, signPack } from '../report/sign-pack';
import type { TemplateLines } from '../report/template-lines';
import { fingerprintOf, unmetExpectations, verifyPack } from '../report/verify-pack';
import type { Command } from './arguments';
import { fromCaller } from './from-caller';

const readKey = (file: string): string => {
  const path = fromCaller(file);
  if (!existsSync(path))
    throw new GateError('USAGE', `There is no file ${file}. Name the file with the key in PEM.`);
  return readFileSync(path, 'utf8');
};

/** A line about a pack, whose names and times are whatever its writer put there. */
const say = (text: string, details: readonly string[] = []): void =>
  console.log([text, ...details.map((detail) => `  ${detail}`)].map(printable).join('\n'));

/** 0: nothing was changed. 1: something was, or it is not the pack that was expected. 2: signed, and no key to check it with. */
export async function verifyCommand(command: Extract<Command, { name: 'verify' }>): Promise<number> {
  const { pack, keyId, ...expected } = command;
  const publicKey =
    keyId === undefined ? command.publicKey && readKey(command.publicKey) : await kmsPublicKey(keyId);
  const verification = verifyPack(fromCaller(pack), publicKey);
  const { changes, manifest, signature } = verification;
  if (changes.length > 0) {
    say(`${pack} was changed since it was written:`, changes);
    return 1;
  }
  say(
    `${pack}: ${Object.keys(manifest?.files ?? {}).length} files, all as they were written on ${manifest?.generated ?? ''} from commit ${manifest?.commit.id ?? ''}, about stage ${manifest?.stage ?? ''}, ${describeOccasion(manifest ?? {})}.`,
  );
  const unmet = unmetExpectations(verification, { ...expected, publicKey });
  if (unmet.length > 0) {
    say('It is not the pack that was expected:', unmet);
    return 1;
  }
  if (signature === 'verified' && publicKey !== undefined)
    say(`The signature belongs to the given key, whose SHA-256 fingerprint is ${fingerprintOf(publicKey)}.`);
  if (signature === 'unsigned')
    say('UNSIGNED: the sums show that nothing was changed by accident, not who wrote it.');
  if (signature !== 'not checked') return 0;
  say(
    'The pack is signed; name the key with --key-id KEY (asks KMS) or --public-key FILE to check the signature.',
  );
  return 2;
}

/** The templates of a pack whose stacks have a name, or one that begins with it and a hyphen. */
const templatesNamed = ({ templates }: ComparablePack, stacks: string): TemplateLines =>
  new Map([...templates].filter(([name]) => name === stacks || name.startsWith(`${stacks}-`)));

export function diffCommand({ before, after, stacks }: Extract<Command, { name: 'diff' }>): number {
  if (stacks !== undefined) {
    const [old, now] = [before, after].map((pack) => templatesNamed(readPack(fromCaller(pack)), stacks));
    for (const each of changedTemplates(old ?? new Map(), now ?? new Map())) console.log(printable(each));
    return 0;
  }
  console.log(describeDifference(comparePacks(readPack(fromCaller(before)), readPack(fromCaller(after)))));
  return 0;
}

export async function signCommand({
  pack,
  keyId,
  privateKey,
}: Extract<Command, { name: 'sign' }>): Promise<number> {
  const signer = privateKey === undefined ? kmsSigner(keyId) : localSigner(readKey(privateKey));
  await signPack(fromCaller(pack), keyId, signer);
  say(`${pack} is signed with ${keyId}.`);
  return 0;
}
