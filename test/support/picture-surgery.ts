import { constants, crc32, deflateRawSync } from 'node:zlib';

/*
 * Builds and cuts picture files by hand. Knows the two formats by itself, so that a fault of the code under test does
 * not hide in its tests.
 */

export const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');

/** One JPEG segment: marker, length, payload (≤ 65,533 bytes). */
export function jpegSegment(marker: number, payload: Uint8Array): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, payload]);
}

/** The file with something put in at an offset, in place of `removed` bytes. */
export const splice = (file: Uint8Array, offset: number, insert: Uint8Array, removed = 0): Buffer =>
  Buffer.concat([file.subarray(0, offset), insert, file.subarray(offset + removed)]);

export const insertAfterSoi = (jpeg: Uint8Array, ...segments: readonly Uint8Array[]): Buffer =>
  splice(jpeg, 2, Buffer.concat(segments));

/** Offset of the first segment with one of these markers, up to the first scan. */
export function offsetOfMarker(jpeg: Buffer, ...markers: readonly number[]): number {
  let at = 2;
  while (jpeg[at] === 0xff) {
    if (markers.includes(jpeg.readUInt8(at + 1))) return at;
    at += 2 + jpeg.readUInt16BE(at + 2);
  }
  throw new Error(`no marker ${markers.map((marker) => marker.toString(16)).join(', ')}`);
}

export const offsetOfFrame = (jpeg: Buffer): number => offsetOfMarker(jpeg, 0xc0, 0xc1, 0xc2);

/** The JPEG file that claims other dimensions. */
export function withJpegDimensions(jpeg: Buffer, width: number, height: number): Buffer {
  const copy = Buffer.from(jpeg);
  const frame = offsetOfFrame(copy);
  copy.writeUInt16BE(height, frame + 5);
  copy.writeUInt16BE(width, frame + 7);
  return copy;
}

export interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

const PNG_SIGNATURE = ascii('\x89PNG\r\n\x1a\n');

/** One PNG chunk with its checksum, or with a wrong one. */
export function pngChunk({ type, data }: Chunk, checksum: 'right' | 'wrong' = 'right'): Buffer {
  const body = Buffer.concat([ascii(type), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length);
  body.copy(framed, 4);
  framed.writeUInt32BE((crc32(body) ^ (checksum === 'right' ? 0 : 1)) >>> 0, body.length + 4);
  return framed;
}

export const chunk = (type: string, data: Uint8Array = Buffer.alloc(0)): Chunk => ({
  type,
  data: Buffer.from(data),
});

export const pngOf = (chunks: readonly Chunk[]): Buffer =>
  Buffer.concat([PNG_SIGNATURE, ...chunks.map((part) => pngChunk(part))]);

export function chunksOf(png: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = PNG_SIGNATURE.length; at < png.length;) {
    const length = png.readUInt32BE(at);
    chunks.push(chunk(png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + length)));
    at += length + 12;
  }
  return chunks;
}

/** The PNG file with chunks put in before the first chunk of a type. */
export function withChunksBefore(png: Buffer, type: string, ...added: readonly Chunk[]): Buffer {
  const chunks = chunksOf(png);
  const at = chunks.findIndex((part) => part.type === type);
  if (at === -1) throw new Error(`no chunk ${type}`);
  return pngOf([...chunks.slice(0, at), ...added, ...chunks.slice(at)]);
}

export interface Header {
  readonly width: number;
  readonly height: number;
  readonly bitDepth?: number;
  readonly colourType?: number;
  readonly interlace?: number;
}

/** IHDR; an eight-bit grey picture unless said otherwise. */
export function header({ width, height, bitDepth = 8, colourType = 0, interlace = 0 }: Header): Chunk {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width);
  data.writeUInt32BE(height, 4);
  data.set([bitDepth, colourType, 0, 0, interlace], 8);
  return chunk('IHDR', data);
}

const ZEROS_PER_BLOCK = 1024 * 1024;

/**
 * A zlib stream of so many zero bytes, made in milliseconds whatever the number: one deflate block of a million zeros is
 * repeated, and the checksum of n zeros is known (RFC 1950: a = 1, b = n mod 65,521).
 */
export function zlibOfZeros(length: number): Buffer {
  const block = (zeros: number): Buffer =>
    deflateRawSync(Buffer.alloc(zeros), { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  const whole = block(ZEROS_PER_BLOCK);
  const blocks = Array.from({ length: Math.floor(length / ZEROS_PER_BLOCK) }, () => whole);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt16BE(length % 65_521);
  checksum.writeUInt16BE(1, 2);
  return Buffer.concat([
    Buffer.from([0x78, 0xda]),
    ...blocks,
    block(length % ZEROS_PER_BLOCK),
    Buffer.from([0x03, 0x00]),
    checksum,
  ]);
}

const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** A black PNG of any dimensions that decodes without fault, and is small whatever it decodes to. */
export function blackPng(shape: Header): Buffer {
  const { bitDepth = 8, colourType = 0 } = shape;
  const row = 1 + Math.ceil((shape.width * bitDepth * (SAMPLES[colourType] ?? 1)) / 8);
  return pngOf([header(shape), chunk('IDAT', zlibOfZeros(row * shape.height)), chunk('IEND')]);
}
