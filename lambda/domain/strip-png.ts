import { BOUNDS } from './bounds';
import { crc32 } from 'node:zlib';
import { ByteSink } from './byte-sink';
import { orientationBlock, readOrientation } from './exif-orientation';
import { rebuildCompressedIccProfile } from './icc-profile';
import { PALETTE_COLOUR, type PngChunk, pngChunks, type PngHeader, readPngHeader } from './png-structure';

type Lengths = (length: number, header: PngHeader) => boolean;

const exactly =
  (expected: number): Lengths =>
  (length) =>
    length === expected;
/** By colour type: grey, colour, palette, grey with alpha, colour with alpha. */
const byColour =
  (lengths: Readonly<Record<number, number>>): Lengths =>
  (length, { colourType }) =>
    length === lengths[colourType];

/**
 * Chunks that serve to show the picture, and which lengths are theirs (W3C PNG, third edition, section 11): any other
 * would be a place to hide data.
 */
const KEPT: Readonly<Record<string, Lengths>> = {
  IHDR: exactly(13),
  IDAT: () => true,
  IEND: exactly(0),
  gAMA: exactly(4),
  cHRM: exactly(32),
  sRGB: exactly(1),
  cICP: exactly(4),
  mDCV: exactly(24),
  cLLI: exactly(8),
  sBIT: byColour({ 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 }),
  bKGD: byColour({ 0: 2, 2: 6, 3: 1, 4: 2, 6: 6 }),
  pHYs: exactly(9),
};

/** The profile's own name may say anything; every profile gets this one. */
const PROFILE_NAME = 'ICC Profile';
const MAXIMUM_NAME_LENGTH = 79;

function chunk(type: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), ...parts]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(body.length - 4);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

function withoutName(data: Uint8Array): Uint8Array | undefined {
  const nameLength = data.indexOf(0);
  if (nameLength < 1 || nameLength > MAXIMUM_NAME_LENGTH || data[nameLength + 1] !== 0) return undefined;
  const profile = rebuildCompressedIccProfile(data.subarray(nameLength + 2));
  return profile && chunk('iCCP', Buffer.from(`${PROFILE_NAME}\0\0`, 'latin1'), profile);
}

function onlyOrientation(data: Uint8Array): Uint8Array | undefined {
  const orientation = readOrientation(data);
  return orientation === undefined ? undefined : chunk('eXIf', orientationBlock(orientation));
}

/** What the chunks so far say of those to come. */
interface Context {
  readonly header: PngHeader;
  colours: number;
}

/**
 * A palette of no more colours than pixels can name: decoders pass what is beyond. To a picture without a palette it is a
 * hint for displays of few colours, which nothing shown depends on.
 */
function usedPalette(data: Uint8Array, context: Context): Uint8Array | undefined {
  const { colourType, bitDepth } = context.header;
  if (colourType !== PALETTE_COLOUR || data.length % 3 !== 0) return undefined;
  context.colours = Math.min(data.length / 3, 2 ** bitDepth);
  return chunk('PLTE', data.subarray(0, context.colours * 3));
}

/** Transparency: of a palette's colours, of which decoders take none when it names more than there are; or of one colour. */
function transparency(data: Uint8Array, { header, colours }: Context): Uint8Array | undefined {
  const isFitting =
    header.colourType === PALETTE_COLOUR
      ? data.length >= 1 && data.length <= colours
      : data.length === { 0: 2, 2: 6 }[header.colourType];
  return isFitting ? chunk('tRNS', data) : undefined;
}

const REWRITE: Readonly<
  Partial<Record<string, (data: Uint8Array, context: Context) => Uint8Array | undefined>>
> = {
  iCCP: withoutName,
  eXIf: onlyOrientation,
  PLTE: usedPalette,
  tRNS: transparency,
};

/** What takes work for each of them. */
const COSTLY: ReadonlySet<string> = new Set(['iCCP', 'eXIf']);
const KNOWN: ReadonlySet<string> = new Set([...Object.keys(KEPT), ...Object.keys(REWRITE)]);

/**
 * A PNG file without anything that does not serve to show it. Kept: picture data, palette, transparency, colour space,
 * pixel density, the ICC profile made anew (icc-profile.ts), and the orientation in an eXIf chunk of its own.
 * @throws PictureFault when the structure is broken
 */
export function stripPng(bytes: Uint8Array): Uint8Array {
  const kept = new ByteSink(bytes.length + BOUNDS.addedBytes);
  const seen = new Set<string>();
  let context: Context | undefined;
  kept.write(bytes.subarray(0, 8));
  for (const part of pngChunks(bytes)) {
    context ??= { header: readPngHeader(bytes, part), colours: 0 };
    if (!KNOWN.has(part.type)) continue;
    // A broken checksum makes decoders leave an ancillary chunk out, but for a profile that libpng can use before it comes to
    // the checksum; only the first of a kind counts for them.
    if (!part.isSound && part.type !== 'iCCP') continue;
    if (isOnce(part.type) && seen.has(part.type)) continue;
    // Marked before it is looked at: work is done once a kind, however often and however broken a client sends it.
    if (COSTLY.has(part.type)) seen.add(part.type);
    const keep = replacement(bytes, part, context);
    if (keep === undefined) continue;
    kept.write(keep);
    seen.add(part.type);
  }
  return kept.bytes();
}

/** All but picture data, which comes in as many chunks as its writer likes. */
const isOnce = (type: string): boolean => type !== 'IDAT';

/** What stands for a chunk in the stripped file; undefined for nothing. */
function replacement(
  bytes: Uint8Array,
  { type, start, data, length, end }: PngChunk,
  context: Context,
): Uint8Array | undefined {
  const rewrite = REWRITE[type];
  if (rewrite) return rewrite(bytes.subarray(data, data + length), context);
  return KEPT[type]?.(length, context.header) === true ? bytes.subarray(start, end) : undefined;
}
