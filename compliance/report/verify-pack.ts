import { isUtf8 } from 'node:buffer';
import { createPublicKey, verify } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { PackPurpose } from '../../lib/names';
import { GateError, messageOf } from '../gate-error';
import { isPack, type Manifest, MANIFEST, manifestSchema, manifestText, sealed, SIGNATURE } from './manifest';
import { printable } from './printable';
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
  const text = textOf(file);
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
  const found = entriesBelow(Buffer.from(pack));
  const present = new Set(found.filter(({ isNamed }) => isNamed).map(({ file }) => file));
  // By a map: a file may be called like a property that every object has.
  const expected = new Map(Object.entries(manifest.files));
  const changes = [
    ...found.filter(({ isFile }) => !isFile).map(({ file }) => `${file}: is a link or no file`),
    ...[...expected].filter(([file]) => !present.has(file)).map(([file]) => `${file}: is missing`),
    ...found
      .filter(({ file, isFile }) => isFile && file !== MANIFEST && file !== SIGNATURE)
      .flatMap(({ file, place, isNamed }) => {
        if (!isNamed || !expected.has(file)) return [`${file}: was added`];
        const content = contentOf(place);
        if (content === undefined) return [`${file}: cannot be read`];
        return sha256(content) === expected.get(file) ? [] : [`${file}: was changed`];
      }),
  ];
  const signature = checkSignature(pack, text, manifest, publicKey);
  if (signature === 'wrong') changes.push(`${SIGNATURE}: does not belong to this manifest and key`);
  return { changes: changes.map(printable), manifest, signature };
}

/** What an expected pack has to be, beyond unchanged. */
export interface Expectation {
  /** PEM; from KMS or from one's own records, never from beside the pack. */
  readonly publicKey?: string | undefined;
  /** SHA-256 of the public key (DER, SubjectPublicKeyInfo), in hexadecimal digits. */
  readonly fingerprint?: string | undefined;
  /** The commit that the pack has to be about: an older one, however well signed, is another release's. */
  readonly commit?: string | undefined;
  /** The stage that the pack has to be about: one commit is evaluated for each stage, and another's pack is not its pack. */
  readonly stage?: string | undefined;
  /** What the pack has to be for: a commit and a stage have packs of every purpose, which say different things of it. */
  readonly purpose?: PackPurpose | undefined;
  /** The execution that the pack has to be of: one that nobody let in has a signed pack, too. */
  readonly execution?: string | undefined;
  /** Of a recheck: the commit whose assembly it has to be about. */
  readonly about?: string | undefined;
}

/**
 * Why a pack is not the one that was expected; empty when it is. Whoever says by whose key, for which commit or stage the
 * pack has to be is content with nothing less than a verified signature: sums alone can be made anew by whoever changed a file.
 * @throws GateError PACK_INVALID when the directory is no pack, or the key no public key.
 */
export function unmetExpectations(
  { manifest, signature }: Verification,
  { publicKey, fingerprint, commit, stage, purpose, execution, about }: Expectation,
): string[] {
  const isDemanding = [publicKey, fingerprint, commit, stage, purpose, execution, about].some(
    (part) => part !== undefined,
  );
  const actual = publicKey === undefined ? undefined : fingerprintOf(publicKey);
  return [
    ...(isDemanding && signature !== 'verified' ? [`the signature is ${signature}, not verified`] : []),
    ...(fingerprint !== undefined && actual !== undefined && actual !== fingerprint.toLowerCase()
      ? [`the key's fingerprint is ${actual}, not ${fingerprint}`]
      : []),
    ...(commit !== undefined && manifest?.commit.id !== commit
      ? [`the pack is about commit ${manifest?.commit.id ?? 'unknown'}, not ${commit}`]
      : []),
    ...(stage !== undefined && manifest?.stage !== stage
      ? [`the pack is about stage ${manifest?.stage ?? 'unknown'}, not ${stage}`]
      : []),
    ...(purpose !== undefined && manifest?.purpose !== purpose
      ? [`the pack is for purpose ${manifest?.purpose ?? 'unknown'}, not ${purpose}`]
      : []),
    ...(execution !== undefined && manifest?.execution !== execution
      ? [`the pack is of execution ${manifest?.execution ?? 'unknown'}, not ${execution}`]
      : []),
    ...(about !== undefined && manifest?.about !== about
      ? [`the pack evaluates the assembly of commit ${manifest?.about ?? 'unknown'}, not ${about}`]
      : []),
    // Its commit is the gate's that evaluated; nobody who asks for a commit alone means that.
    ...(commit !== undefined && purpose === undefined && manifest?.about !== undefined
      ? [
          `the pack evaluates the assembly of commit ${manifest.about}; if that is meant, say --purpose recheck`,
        ]
      : []),
    // It tells what ran on a day, and is of the same commit and stage as the release's own.
    ...(commit !== undefined && purpose === undefined && manifest?.purpose === 'day'
      ? ['the pack is for purpose day; if that is meant, say --purpose day']
      : []),
    ...(commit !== undefined && manifest?.commit.modified === true
      ? ['the pack is about a work tree that differed from its commit']
      : []),
  ];
}

/**
 * @returns SHA-256 over the DER form, as `openssl pkey -pubin -outform DER | sha256sum` gives it.
 * @throws GateError PACK_INVALID
 */
export function fingerprintOf(publicKey: string): string {
  try {
    return sha256(createPublicKey(publicKey).export({ type: 'spki', format: 'der' }));
  } catch (error) {
    throw new GateError('PACK_INVALID', `This is no public key in PEM: ${messageOf(error)}`);
  }
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

/** What a file holds; undefined where it may not be read. */
function contentOf(place: Buffer): Buffer | undefined {
  try {
    return readFileSync(place);
  } catch {
    return undefined;
  }
}

/** Nothing for what is no file: a pipe of that name would keep its reader waiting. */
const textOf = (file: string): string =>
  statSync(file, { throwIfNoEntry: false })?.isFile() === true
    ? (contentOf(Buffer.from(file))?.toString('utf8') ?? '')
    : '';

interface Entry {
  /** From the pack; bytes that are no UTF-8 stand in it by their numbers. */
  readonly file: string;
  readonly place: Buffer;
  readonly isFile: boolean;
  /** Whether its name is one that a manifest can hold. */
  readonly isNamed: boolean;
}

/** A name of a file system is bytes; those that are no text are shown by their numbers. */
const nameOf = (bytes: Buffer): string =>
  isUtf8(bytes)
    ? bytes.toString('utf8')
    : bytes.toString('latin1').replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);

/** Everything below a directory but directories; a link to one is a link, and is not followed. */
const entriesBelow = (directory: Buffer, above = '', isAboveNamed = true): Entry[] =>
  readdirSync(directory, { withFileTypes: true, encoding: 'buffer' })
    .flatMap((entry): Entry[] => {
      const place = Buffer.concat([directory, Buffer.from('/'), entry.name]);
      const file = `${above}${nameOf(entry.name)}`;
      const isNamed = isAboveNamed && isUtf8(entry.name);
      return entry.isDirectory()
        ? entriesBelow(place, `${file}/`, isNamed)
        : [{ file, place, isNamed, isFile: lstatSync(place).isFile() }];
    })
    .sort((a, b) => (a.file < b.file ? -1 : 1));
