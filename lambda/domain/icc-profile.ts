import { constants, deflateSync, inflateRawSync } from 'node:zlib';
import { BOUNDS } from './bounds';
import { textAt } from './picture-signature';

const HEADER_LENGTH = 128;
const TAG_LENGTH = 12;

/**
 * Tags by which colours are converted (ICC.1:2022, section 9.2). All others are text, names, dates, measurements or a
 * maker's own: whatever they hold, no colour depends on it, and a serial number may stand there.
 */
const COLOUR_TAGS: ReadonlySet<string> = new Set([
  ...['wtpt', 'bkpt', 'chad', 'lumi', 'cicp', 'gamt'],
  ...['rXYZ', 'gXYZ', 'bXYZ', 'rTRC', 'gTRC', 'bTRC', 'kTRC'],
  ...['A2B0', 'A2B1', 'A2B2', 'B2A0', 'B2A1', 'B2A2'],
  ...['D2B0', 'D2B1', 'D2B2', 'D2B3', 'B2D0', 'B2D1', 'B2D2', 'B2D3'],
]);
/** Types of numbers only (section 10). */
const NUMBER_TYPES: ReadonlySet<string> = new Set([
  ...['XYZ ', 'curv', 'para', 'sf32', 'mft1', 'mft2', 'mAB ', 'mBA ', 'mpet', 'cicp'],
]);

/** Header fields that say who made the profile, for which device, when (section 7.2); colours do not depend on them. */
const HEADER_IDENTITIES: readonly (readonly [from: number, to: number])[] = [
  [4, 8], // preferred colour management module
  [24, 36], // date and time
  [40, 44], // platform
  [48, 56], // manufacturer and model of the device
  [80, 84], // creator
  [84, 100], // profile id, a sum over the whole profile
  [100, 128], // reserved
];

/** Text that every profile gets where the specification demands some. */
const DESCRIPTION = 'ICC Profile';
/** Both texts with their tags, and what rounding elements up to four bytes adds. */
const OWN_TEXTS_AT_MOST = 512;

/** textDescriptionType of version 2, or multiLocalizedUnicodeType since version 4. */
function descriptionElement(isVersion4: boolean): Uint8Array {
  if (isVersion4) {
    const element = Buffer.alloc(28 + DESCRIPTION.length * 2);
    element.write('mluc', 0, 'latin1');
    element.writeUInt32BE(1, 8);
    element.writeUInt32BE(12, 12);
    element.write('enUS', 16, 'latin1');
    element.writeUInt32BE(DESCRIPTION.length * 2, 20);
    element.writeUInt32BE(28, 24);
    Buffer.from(DESCRIPTION, 'utf16le').swap16().copy(element, 28);
    return element;
  }
  const element = Buffer.alloc(12 + DESCRIPTION.length + 1 + 8 + 3 + 67);
  element.write('desc', 0, 'latin1');
  element.writeUInt32BE(DESCRIPTION.length + 1, 8);
  element.write(DESCRIPTION, 12, 'latin1');
  return element;
}

interface Tag {
  readonly signature: string;
  readonly element: Uint8Array;
}

/** The profile's tags that colours depend on; undefined when its table is broken. */
function colourTags(profile: Buffer): Tag[] | undefined {
  const count = profile.length >= HEADER_LENGTH + 4 ? profile.readUInt32BE(HEADER_LENGTH) : 0;
  if (count === 0 || count > BOUNDS.profileTags || HEADER_LENGTH + 4 + count * TAG_LENGTH > profile.length)
    return undefined;
  const tags: Tag[] = [];
  for (let index = 0; index < count; index++) {
    const at = HEADER_LENGTH + 4 + index * TAG_LENGTH;
    const signature = profile.toString('latin1', at, at + 4);
    const [offset, size] = [profile.readUInt32BE(at + 4), profile.readUInt32BE(at + 8)];
    if (!COLOUR_TAGS.has(signature) || tags.some((tag) => tag.signature === signature)) continue;
    // Little CMS passes over a tag that lies beyond the profile, and uses the others.
    if (size < 8 || offset + size > profile.length) continue;
    const element = profile.subarray(offset, offset + size);
    if (NUMBER_TYPES.has(element.toString('latin1', 0, 4))) tags.push({ signature, element });
  }
  return tags;
}

/** Parameters of each kind of parametric curve (section 10.18). */
const CURVE_PARAMETERS: readonly number[] = [1, 3, 4, 5, 7];

/** How long an element of numbers is by what it says itself (section 10); what stands behind them no colour depends on. */
function ownLength(element: Buffer): number {
  switch (element.toString('latin1', 0, 4)) {
    case 'XYZ ':
      return 20;
    case 'sf32':
      return 44;
    case 'cicp':
      return 12;
    case 'curv':
      return element.length < 12 ? 12 : 12 + 2 * element.readUInt32BE(8);
    case 'para':
      return element.length < 12
        ? 12
        : 12 + 4 * (CURVE_PARAMETERS[element.readUInt16BE(8)] ?? element.length);
    default:
      return element.length;
  }
}

/** An element without what stands behind its numbers, and with nothing in the bytes that are reserved. */
function onlyNumbers(given: Uint8Array): Uint8Array {
  const element = Buffer.from(given.buffer, given.byteOffset, given.length);
  return Buffer.from(element.subarray(0, ownLength(element))).fill(0, 4, 8);
}

const roundedUp = (length: number): number => Math.ceil(length / 4) * 4;

/**
 * The profile made anew from what colours depend on, always the same bytes for the same colours: no text but ours, no
 * date, no device. Rebuilding what was rebuilt changes nothing.
 * @param bytes a profile, perhaps with padding behind it
 * @returns undefined when it is none that a decoder could use
 */
export function rebuildIccProfile(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length < HEADER_LENGTH || bytes.length > BOUNDS.profileBytes) return undefined;
  const given = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = given.readUInt32BE(0);
  if (length < HEADER_LENGTH || length > given.length || !textAt(given, 36, 'acsp')) return undefined;
  const profile = given.subarray(0, length);
  const tags = colourTags(profile);
  if (tags === undefined || tags.length === 0) return undefined;
  const description = descriptionElement(profile.readUInt8(8) >= 4);
  const all = [
    { signature: 'desc', element: description },
    { signature: 'cprt', element: description },
    ...tags,
  ];

  const table = HEADER_LENGTH + 4 + all.length * TAG_LENGTH;
  // Tags may share an element (the three curves often do): it stands once, as it did.
  const places = new Map<string, { readonly at: number; readonly length: number }>();
  const elements: Uint8Array[] = [];
  let end = table;
  const rebuiltTable = Buffer.alloc(4 + all.length * TAG_LENGTH);
  rebuiltTable.writeUInt32BE(all.length, 0);
  for (const [index, { signature, element }] of all.entries()) {
    const key = `${element.byteOffset}:${element.length}`;
    let place = places.get(key);
    if (place === undefined) {
      const kept = onlyNumbers(element);
      place = { at: end, length: kept.length };
      places.set(key, place);
      elements.push(kept, new Uint8Array(roundedUp(kept.length) - kept.length));
      end += roundedUp(kept.length);
      // Elements that overlap would stand there twice, and a small file would become a large one.
      if (end > length + OWN_TEXTS_AT_MOST) return undefined;
    }
    const at = 4 + index * TAG_LENGTH;
    rebuiltTable.write(signature, at, 'latin1');
    rebuiltTable.writeUInt32BE(place.at, at + 4);
    rebuiltTable.writeUInt32BE(place.length, at + 8);
  }
  const header = Buffer.from(profile.subarray(0, HEADER_LENGTH));
  for (const [from, to] of HEADER_IDENTITIES) header.fill(0, from, to);
  header.writeUInt32BE(end, 0);
  return Buffer.concat([header, rebuiltTable, ...elements]);
}

const ZLIB_HEADER = 2;
const DEFLATE = 8;
const PRESET_DICTIONARY = 0x20;

/** A stream's header as RFC 1950, section 2.2, has it; PNG allows no preset dictionary. */
function isZlib([method = 0, flags = 0]: Uint8Array): boolean {
  return (method & 15) === DEFLATE && (method * 256 + flags) % 31 === 0 && (flags & PRESET_DICTIONARY) === 0;
}

/**
 * The same of a zlib stream, as PNG holds one. A stream that lacks its end is read as far as it goes, as decoders do; what
 * stands behind it is left.
 */
export function rebuildCompressedIccProfile(stream: Uint8Array): Uint8Array | undefined {
  if (!isZlib(stream)) return undefined;
  try {
    // Without the stream's checksum: libpng has the whole profile before it comes to that, and uses it.
    const profile = inflateRawSync(stream.subarray(ZLIB_HEADER), {
      maxOutputLength: BOUNDS.profileBytes,
      finishFlush: constants.Z_SYNC_FLUSH,
    });
    const rebuilt = rebuildIccProfile(profile);
    return rebuilt && deflateSync(rebuilt, { level: 9 });
  } catch {
    return undefined;
  }
}
