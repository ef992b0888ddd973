import { crc32 } from 'node:zlib';
import { ByteSink } from './byte-sink';
import { orientationBlock, readOrientation } from './exif-orientation';
import { isCompressedIccProfile } from './icc-profile';
import { type PngChunk, pngChunks } from './png-structure';

/**
 * Chunks that serve to show the picture, and the most bytes each may hold (W3C PNG, third edition, section 11): longer
 * ones would be a place to hide data.
 */
const KEPT: Readonly<Record<string, number>> = {
  IHDR: 13,
  PLTE: 768,
  IDAT: Number.POSITIVE_INFINITY,
  IEND: 0,
  tRNS: 256,
  gAMA: 4,
  cHRM: 32,
  sRGB: 1,
  cICP: 4,
  mDCV: 24,
  cLLI: 8,
  sBIT: 4,
  bKGD: 6,
  pHYs: 9,
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
  const stream = data.subarray(nameLength + 2);
  if (!isCompressedIccProfile(stream)) return undefined;
  return chunk('iCCP', Buffer.from(`${PROFILE_NAME}\0\0`, 'latin1'), stream);
}

function onlyOrientation(data: Uint8Array): Uint8Array | undefined {
  const orientation = readOrientation(data);
  return orientation === undefined ? undefined : chunk('eXIf', orientationBlock(orientation));
}

const REWRITE: Readonly<Record<string, (data: Uint8Array) => Uint8Array | undefined>> = {
  iCCP: withoutName,
  eXIf: onlyOrientation,
};

/**
 * A PNG file without anything that does not serve to show it. Kept: picture data, palette, transparency, colour space,
 * pixel density, a sound ICC profile (without its name), and the orientation in an eXIf chunk of its own.
 * @throws PictureFault when the structure is broken
 */
export function stripPng(bytes: Uint8Array): Uint8Array {
  // A profile's new name and an orientation block can be longer than what they replace.
  const kept = new ByteSink(bytes.length + 64);
  const seen = new Set<string>();
  kept.write(bytes.subarray(0, 8));
  for (const part of pngChunks(bytes)) {
    const isAncillary = part.type > 'a';
    if (isAncillary && seen.has(part.type)) continue;
    const keep = replacement(bytes, part);
    if (keep === undefined) continue;
    kept.write(keep);
    if (isAncillary) seen.add(part.type);
  }
  return kept.bytes();
}

/** What stands for a chunk in the stripped file; undefined for nothing. */
function replacement(
  bytes: Uint8Array,
  { type, start, data, length, end }: PngChunk,
): Uint8Array | undefined {
  const rewrite = Object.hasOwn(REWRITE, type) ? REWRITE[type] : undefined;
  if (rewrite) return rewrite(bytes.subarray(data, data + length));
  const most = Object.hasOwn(KEPT, type) ? KEPT[type] : undefined;
  return most !== undefined && length <= most ? bytes.subarray(start, end) : undefined;
}
