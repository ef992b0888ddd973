import { BOUNDS } from './bounds';
import { crc32 } from 'node:zlib';
import { PictureFault } from './picture-fault';

export interface PngChunk {
  readonly type: string;
  /** Offset of the chunk's length field. */
  readonly start: number;
  /** Offset and length of its data. */
  readonly data: number;
  readonly length: number;
  /** Offset after its checksum. */
  readonly end: number;
  /** False when an ancillary chunk's checksum is wrong: decoders leave it out and show the picture. */
  readonly isSound: boolean;
}

/** Remainders of the checksum's polynomial, by byte; annex D. */
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});
/** Up to here a loop is faster than a call of the library. */
const SHORT = 64;

function checksum(bytes: Uint8Array, from: number, to: number): number {
  if (to - from > SHORT) return crc32(bytes.subarray(from, to));
  let value = -1;
  for (let at = from; at < to; at++)
    value = (REMAINDERS[(value ^ (bytes[at] ?? 0)) & 255] ?? 0) ^ (value >>> 8);
  return ~value >>> 0;
}

/** Upper case first: a decoder that does not know the chunk cannot show the picture. */
const isCritical = (type: string): boolean => type < 'a';

const SIGNATURE_LENGTH = 8;
/** Length, type and checksum. */
const CHUNK_OVERHEAD = 12;

/** @throws PictureFault when it is not four letters */
function typeOf(code: number): string {
  const type = String.fromCharCode(code >>> 24, (code >>> 16) & 255, (code >>> 8) & 255, code & 255);
  if (!/^[A-Za-z]{4}$/.test(type)) throw new PictureFault('malformed', 'a chunk without a valid type');
  return type;
}

/**
 * The chunks of a PNG file up to IEND, their checksums verified (W3C PNG, third edition, sections 5 and 13.1).
 * @throws PictureFault `truncated` or `malformed`, also for a wrong checksum of a critical chunk
 */
export function* pngChunks(bytes: Uint8Array): Generator<PngChunk, void> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  // Most files hold a few types, over and over.
  const types = new Map<number, string>();
  let at = SIGNATURE_LENGTH;
  for (let count = 0; ; count += 1) {
    if (count === BOUNDS.pngChunks) throw new PictureFault('malformed', 'too many chunks');
    if (at + CHUNK_OVERHEAD > bytes.length) throw new PictureFault('truncated', 'the end chunk is missing');
    const length = view.getUint32(at);
    const data = at + 8;
    const code = view.getUint32(at + 4);
    const type = types.get(code) ?? typeOf(code);
    types.set(code, type);
    const end = data + length + 4;
    if (end > bytes.length) throw new PictureFault('truncated', 'ends within a chunk');
    const isSound = checksum(bytes, at + 4, data + length) === view.getUint32(data + length);
    if (!isSound && isCritical(type)) throw new PictureFault('malformed', 'a wrong checksum');
    yield { type, start: at, data, length, end, isSound };
    if (type === 'IEND') {
      if (length !== 0) throw new PictureFault('malformed', 'an end chunk with data');
      return;
    }
    at = end;
  }
}

/** Allowed bit depths of each colour type; section 11.2.1. */
const BIT_DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};
export const PALETTE_COLOUR = 3;
/** 256 colours of three bytes; section 11.2.2. */
const LONGEST_PALETTE = 768;
/** A zlib stream's header, its shortest block and its checksum. */
const SHORTEST_STREAM = 8;
const ANIMATION_CHUNKS = ['acTL', 'fcTL', 'fdAT'];

export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  readonly colourType: number;
}

/** @throws PictureFault when the first chunk is no sound header */
export function readPngHeader(bytes: Uint8Array, chunk: PngChunk): PngHeader {
  if (chunk.type === 'CgBI') throw new PictureFault('unsupported-format', "Apple's private variant of PNG");
  if (chunk.type !== 'IHDR' || chunk.length !== 13) throw new PictureFault('malformed', 'no header chunk');
  const view = new DataView(bytes.buffer, bytes.byteOffset + chunk.data, chunk.length);
  const [bitDepth, colourType] = [view.getUint8(8), view.getUint8(9)];
  const isSound =
    BIT_DEPTHS[colourType]?.includes(bitDepth) === true &&
    view.getUint8(10) === 0 &&
    view.getUint8(11) === 0 &&
    view.getUint8(12) <= 1;
  if (!isSound) throw new PictureFault('malformed', 'a header chunk with impossible values');
  return { width: view.getUint32(0), height: view.getUint32(4), bitDepth, colourType };
}

/** Watches that critical chunks come in their order: IHDR, PLTE, IDAT (in one run), IEND. */
class ChunkOrder {
  private hasPalette = false;
  private data: 'none' | 'running' | 'over' = 'none';
  private dataBytes = 0;

  constructor(private readonly colourType: number) {}

  next({ type, length }: PngChunk): void {
    if (type !== 'IDAT' && this.data === 'running') this.data = 'over';
    switch (type) {
      case 'IDAT':
        if (this.data === 'over') throw new PictureFault('malformed', 'picture data in two places');
        if (this.colourType === PALETTE_COLOUR && !this.hasPalette) {
          throw new PictureFault('malformed', 'a palette picture without its palette');
        }
        this.data = 'running';
        this.dataBytes += length;
        return;
      case 'PLTE':
        if (this.hasPalette || this.data !== 'none')
          throw new PictureFault('malformed', 'a palette out of place');
        if (
          this.colourType === PALETTE_COLOUR &&
          (length === 0 || length % 3 !== 0 || length > LONGEST_PALETTE)
        )
          throw new PictureFault('malformed', 'a palette of impossible length');
        this.hasPalette = true;
        return;
      case 'IEND':
        if (this.dataBytes < SHORTEST_STREAM) throw new PictureFault('malformed', 'no picture data');
        return;
      default:
        if (isCritical(type)) throw new PictureFault('malformed', 'a critical chunk that has no place here');
    }
  }
}

/**
 * Walks a whole PNG file and reads its dimensions.
 * @param onHeader is told the dimensions as soon as they are known; what it throws ends the walk
 * @throws PictureFault
 */
export function inspectPng(
  bytes: Uint8Array,
  onHeader: (width: number, height: number) => void,
): { width: number; height: number } {
  let header: PngHeader | undefined;
  let order: ChunkOrder | undefined;
  for (const chunk of pngChunks(bytes)) {
    if (!header || !order) {
      header = readPngHeader(bytes, chunk);
      order = new ChunkOrder(header.colourType);
      onHeader(header.width, header.height);
    } else if (ANIMATION_CHUNKS.includes(chunk.type)) {
      throw new PictureFault('animated', 'an animated PNG');
    } else {
      order.next(chunk);
    }
  }
  if (!header) throw new PictureFault('truncated', 'no header chunk');
  return { width: header.width, height: header.height };
}
