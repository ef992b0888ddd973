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
}

const SIGNATURE_LENGTH = 8;
/** Length, type and checksum. */
const CHUNK_OVERHEAD = 12;

/**
 * The chunks of a PNG file up to IEND, their checksums verified (W3C PNG, third edition, section 5).
 * @throws PictureFault `truncated` or `malformed`
 */
export function* pngChunks(bytes: Uint8Array): Generator<PngChunk, void> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = SIGNATURE_LENGTH;
  for (;;) {
    if (at + CHUNK_OVERHEAD > bytes.length) throw new PictureFault('truncated', 'the end chunk is missing');
    const length = view.getUint32(at);
    const data = at + 8;
    const type = String.fromCharCode(...bytes.subarray(at + 4, data));
    if (!/^[A-Za-z]{4}$/.test(type)) throw new PictureFault('malformed', 'a chunk without a valid type');
    const end = data + length + 4;
    if (end > bytes.length) throw new PictureFault('truncated', 'ends within a chunk');
    if (crc32(bytes.subarray(at + 4, data + length)) !== view.getUint32(data + length)) {
      throw new PictureFault('malformed', 'a wrong checksum');
    }
    yield { type, start: at, data, length, end };
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
const PALETTE_COLOUR = 3;
const ANIMATION_CHUNKS = ['acTL', 'fcTL', 'fdAT'];

interface Header {
  readonly width: number;
  readonly height: number;
  readonly colourType: number;
}

function readHeader(bytes: Uint8Array, chunk: PngChunk): Header {
  if (chunk.type === 'CgBI') throw new PictureFault('unsupported-format', "Apple's private variant of PNG");
  if (chunk.type !== 'IHDR' || chunk.length !== 13) throw new PictureFault('malformed', 'no header chunk');
  const view = new DataView(bytes.buffer, bytes.byteOffset + chunk.data, chunk.length);
  const colourType = view.getUint8(9);
  const isSound =
    BIT_DEPTHS[colourType]?.includes(view.getUint8(8)) === true &&
    view.getUint8(10) === 0 &&
    view.getUint8(11) === 0 &&
    view.getUint8(12) <= 1;
  if (!isSound) throw new PictureFault('malformed', 'a header chunk with impossible values');
  return { width: view.getUint32(0), height: view.getUint32(4), colourType };
}

/** Upper case first: a decoder that does not know the chunk cannot show the picture. */
const isCritical = (type: string): boolean => type < 'a';

/** Watches that critical chunks come in their order: IHDR, PLTE, IDAT (in one run), IEND. */
class ChunkOrder {
  private hasPalette = false;
  private data: 'none' | 'running' | 'over' = 'none';

  constructor(private readonly colourType: number) {}

  next(type: string): void {
    if (type !== 'IDAT' && this.data === 'running') this.data = 'over';
    switch (type) {
      case 'IDAT':
        if (this.data === 'over') throw new PictureFault('malformed', 'picture data in two places');
        if (this.colourType === PALETTE_COLOUR && !this.hasPalette) {
          throw new PictureFault('malformed', 'a palette picture without its palette');
        }
        this.data = 'running';
        return;
      case 'PLTE':
        if (this.hasPalette || this.data !== 'none')
          throw new PictureFault('malformed', 'a palette out of place');
        this.hasPalette = true;
        return;
      case 'IEND':
        if (this.data === 'none') throw new PictureFault('malformed', 'no picture data');
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
  let header: Header | undefined;
  let order: ChunkOrder | undefined;
  for (const chunk of pngChunks(bytes)) {
    if (!header || !order) {
      header = readHeader(bytes, chunk);
      order = new ChunkOrder(header.colourType);
      onHeader(header.width, header.height);
    } else if (ANIMATION_CHUNKS.includes(chunk.type)) {
      throw new PictureFault('animated', 'an animated PNG');
    } else {
      order.next(chunk.type);
    }
  }
  if (!header) throw new PictureFault('truncated', 'no header chunk');
  return { width: header.width, height: header.height };
}
