import { JPEG, type JpegSegment } from './jpeg-markers';
import { PictureFault } from './picture-fault';

/** One of the tables of a DQT or DHT segment, or a restart interval. */
export interface JpegTable {
  /** Where the decoder keeps it: the next one with the same slot takes its place. */
  readonly slot: string;
  /** Offsets within the file. */
  readonly start: number;
  readonly end: number;
}

export const quantizationSlot = (number: number): string => `quantization ${number}`;
/** @param kind 0 for DC, 1 for AC */
export const huffmanSlot = (kind: number, number: number): string => `huffman ${kind} ${number}`;
export const RESTART_SLOT = 'restart';

/** Tables of a kind that a decoder holds; ITU-T T.81, B.2.4. */
const TABLES_OF_A_KIND = 4;
const CODE_LENGTHS = 16;
const MOST_SYMBOLS = 256;

const broken = (): PictureFault => new PictureFault('malformed', 'a broken table');

function readQuantization(bytes: Uint8Array, start: number): JpegTable {
  const head = bytes[start] ?? 0;
  if (head >> 4 > 1 || (head & 15) >= TABLES_OF_A_KIND) throw broken();
  return { slot: quantizationSlot(head & 15), start, end: start + 1 + (head >> 4 === 1 ? 128 : 64) };
}

function readHuffman(bytes: Uint8Array, start: number): JpegTable {
  const head = bytes[start] ?? 0;
  let symbols = 0;
  for (let length = 1; length <= CODE_LENGTHS; length++) symbols += bytes[start + length] ?? 0;
  if (head >> 4 > 1 || (head & 15) >= TABLES_OF_A_KIND || symbols > MOST_SYMBOLS) throw broken();
  return { slot: huffmanSlot(head >> 4, head & 15), start, end: start + 1 + CODE_LENGTHS + symbols };
}

/** Places of libjpeg for conditioning of a kind; ITU-T T.81, B.2.4.3, has four. */
const CONDITIONINGS_OF_A_KIND = 16;

/**
 * Conditioning of arithmetic coding, which no scan that we take uses; decoders read it all the same.
 * @throws PictureFault `malformed` for what libjpeg refuses: an odd length, another place, a lower bound above the upper one
 */
function checkConditioning(bytes: Uint8Array, { payload, payloadEnd }: JpegSegment): void {
  if ((payloadEnd - payload) % 2 !== 0) throw broken();
  for (let at = payload; at < payloadEnd; at += 2) {
    const [place, bounds] = [bytes[at] ?? 0, bytes[at + 1] ?? 0];
    const isForDc = place < CONDITIONINGS_OF_A_KIND;
    if (place >= 2 * CONDITIONINGS_OF_A_KIND || (isForDc && (bounds & 15) > bounds >> 4)) throw broken();
  }
}

/**
 * What a segment defines for the scans behind it; nothing for a segment that defines nothing.
 * @throws PictureFault `malformed` when its length is not that of its tables, which decoders refuse
 */
export function tablesOf(bytes: Uint8Array, segment: JpegSegment): JpegTable[] {
  const { marker, payload, payloadEnd } = segment;
  if (marker === JPEG.DAC) checkConditioning(bytes, segment);
  if (marker === JPEG.DRI) {
    if (payloadEnd - payload !== 2)
      throw new PictureFault('malformed', 'a restart interval of impossible length');
    return [{ slot: RESTART_SLOT, start: payload, end: payloadEnd }];
  }
  if (marker !== JPEG.DQT && marker !== JPEG.DHT) return [];
  const read = marker === JPEG.DQT ? readQuantization : readHuffman;
  const tables: JpegTable[] = [];
  for (let at = payload; at < payloadEnd;) {
    const table = read(bytes, at);
    if (table.end > payloadEnd) throw broken();
    tables.push(table);
    at = table.end;
  }
  return tables;
}

/** Of each length, how many codes; and the symbols in their order. ITU-T T.81, B.2.4.2. */
export function codesOf(
  bytes: Uint8Array,
  { start, end }: JpegTable,
): { counts: Uint8Array; symbols: Uint8Array } {
  const symbols = start + 1 + CODE_LENGTHS;
  return { counts: bytes.subarray(start + 1, symbols), symbols: bytes.subarray(symbols, end) };
}

/** The largest number of bits that a DC coefficient's difference needs; T.81, F.1.2.1. */
const MOST_DC_BITS = 15;

/**
 * False for a Huffman table that no decoder can use: more codes of a length than there are, the one of nothing but ones
 * left out (T.81, C.2), or a DC difference of more bits than one can have.
 */
export function isUsable(bytes: Uint8Array, table: JpegTable, isForDc: boolean): boolean {
  const { counts, symbols } = codesOf(bytes, table);
  let free = 1;
  for (const count of counts) {
    free = free * 2 - count;
    if (free < 1) return false;
  }
  return !isForDc || symbols.every((symbol) => symbol <= MOST_DC_BITS);
}
