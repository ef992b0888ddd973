import type { JpegFrame } from './jpeg-frame';
import { isRestart } from './jpeg-markers';
import type { JpegScan } from './jpeg-scan';
import { codesOf, huffmanSlot, type JpegTable, RESTART_SLOT } from './jpeg-tables';

const LONGEST_CODE = 16;
const SHORT_CODE = 8;
const BLOCK = 8;
const COEFFICIENTS = 64;
/** Symbol of an AC code that stands for sixteen zeros; every other one of no bits ends the block. */
const SIXTEEN_ZEROS = 0xf0;

class OutOfData extends Error {}

/** Codes of a Huffman table: those of up to eight bits, most of them, by table; longer ones by the range of their length. */
class Codes {
  private readonly short = new Uint16Array(1 << SHORT_CODE);
  /** Of each length above eight: where its codes end, of sixteen bits; and what to add to a code for its symbol's place. */
  private readonly ends = new Uint32Array(LONGEST_CODE + 1);
  private readonly places = new Int32Array(LONGEST_CODE + 1);
  private readonly symbols: Uint8Array;

  constructor(bytes: Uint8Array, table: JpegTable) {
    const { counts, symbols } = codesOf(bytes, table);
    this.symbols = symbols;
    let [at, next] = [0, 0];
    counts.forEach((count, index) => {
      const length = index + 1;
      const width = 1 << (LONGEST_CODE - length);
      this.places[length] = next - at / width;
      for (let code = 0; code < count && length <= SHORT_CODE; code++) {
        const from = (at + code * width) >> (LONGEST_CODE - SHORT_CODE);
        const found = length * 256 + (symbols[next + code] ?? 0);
        this.short.fill(found, from, from + (width >> (LONGEST_CODE - SHORT_CODE)));
      }
      at += count * width;
      next += count;
      this.ends[length] = at;
    });
  }

  /** Of the code that sixteen bits begin with: its length, times 256, and its symbol; 0 when there is none. */
  find(bits: number): number {
    const short = this.short[bits >> (LONGEST_CODE - SHORT_CODE)] ?? 0;
    if (short !== 0) return short;
    for (let length = SHORT_CODE + 1; length <= LONGEST_CODE; length++) {
      if (bits >= (this.ends[length] ?? 0)) continue;
      const place = (bits >> (LONGEST_CODE - length)) + (this.places[length] ?? 0);
      return length * 256 + (this.symbols[place] ?? 0);
    }
    return 0;
  }
}

/** Reads bits of compressed data, over stuffed bytes, up to the next marker; zeros behind it, which may not be used. */
class BitReader {
  private bits = 0;
  private count = 0;
  private missing = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private at: number,
    private readonly end: number,
  ) {}

  private fill(): void {
    while (this.count <= LONGEST_CODE) {
      const byte = this.at < this.end ? (this.bytes[this.at] ?? 0) : undefined;
      const isMarker = byte === 0xff && this.bytes[this.at + 1] !== 0;
      if (byte === undefined || isMarker) this.missing += BLOCK;
      else this.at += byte === 0xff ? 2 : 1;
      this.bits = ((this.bits << BLOCK) | (byte === undefined || isMarker ? 0 : byte)) & 0xffffff;
      this.count += BLOCK;
    }
  }

  /** Passes a code and the bits that its symbol announces. */
  symbol(codes: Codes): number {
    this.fill();
    const found = codes.find((this.bits >> (this.count - LONGEST_CODE)) & 0xffff);
    if (found === 0) throw new OutOfData('no code');
    this.count -= found >> 8;
    const symbol = found & 255;
    this.fill();
    this.count -= symbol & 15;
    if (this.count < this.missing) throw new OutOfData('the data ends');
    return symbol;
  }

  /** Over what is left of a byte, and the restart marker there. */
  restart(): void {
    this.at = this.offset();
    [this.bits, this.count, this.missing] = [0, 0, 0];
    while (this.bytes[this.at] === 0xff && this.bytes[this.at + 1] === 0xff) this.at += 1;
    if (this.bytes[this.at] !== 0xff || !isRestart(this.bytes[this.at + 1] ?? 0))
      throw new OutOfData('no restart marker');
    this.at += 2;
  }

  /** After the last byte of which a bit was used. */
  offset(): number {
    let unused = (this.count - this.missing) >> 3;
    let at = this.at;
    for (; unused > 0; unused--) at -= this.bytes[at - 1] === 0 && this.bytes[at - 2] === 0xff ? 2 : 1;
    return at;
  }
}

interface Unit {
  readonly dc: Codes;
  readonly ac: Codes;
}

function passBlock(reader: BitReader, { dc, ac }: Unit): void {
  reader.symbol(dc);
  for (let coefficient = 1; coefficient < COEFFICIENTS; coefficient++) {
    const symbol = reader.symbol(ac);
    if ((symbol & 15) === 0 && symbol !== SIXTEEN_ZEROS) return;
    coefficient += symbol >> 4;
  }
}

const over = (length: number, part: number): number => Math.ceil(length / part);

/** Blocks of each unit, and how many units the scan has; ITU-T T.81, A.2. */
function unitsOf(frame: JpegFrame, { components }: JpegScan): { blocks: number[]; units: number } {
  const across = Math.max(...frame.components.map((component) => component.across));
  const down = Math.max(...frame.components.map((component) => component.down));
  const [only, ...others] = components;
  if (only !== undefined && others.length === 0) {
    const width = over(frame.width * only.component.across, across);
    const height = over(frame.height * only.component.down, down);
    return { blocks: [1], units: over(width, BLOCK) * over(height, BLOCK) };
  }
  return {
    blocks: components.map(({ component }) => component.across * component.down),
    units: over(frame.width, BLOCK * across) * over(frame.height, BLOCK * down),
  };
}

/**
 * Where a sequential scan's data ends when all of it is there: its codes are counted, nothing is decoded. For a file
 * whose end is missing or broken, only this tells a whole picture from a cut one.
 * @param tables what the scan refers to, by slot
 * @param from offset of the first byte of its data
 * @param end offset that the data cannot reach beyond
 * @returns undefined when some of the picture is missing
 */
export function endOfData(
  bytes: Uint8Array,
  frame: JpegFrame,
  scan: JpegScan,
  tables: ReadonlyMap<string, JpegTable>,
  from: number,
  end: number,
): number | undefined {
  const { blocks, units } = unitsOf(frame, scan);
  const read = new Map<JpegTable, Codes>();
  const sequence: Unit[] = [];
  for (const [index, { dc, ac }] of scan.components.entries()) {
    const [forDc, forAc] = [huffmanSlot(0, dc), huffmanSlot(1, ac)].map((slot) => {
      const table = tables.get(slot);
      if (table === undefined) return undefined;
      const codes = read.get(table) ?? new Codes(bytes, table);
      read.set(table, codes);
      return codes;
    });
    if (!forDc || !forAc) return undefined;
    for (let block = blocks[index] ?? 0; block > 0; block--) sequence.push({ dc: forDc, ac: forAc });
  }
  const restart = tables.get(RESTART_SLOT);
  const interval = restart ? (bytes[restart.start] ?? 0) * 256 + (bytes[restart.start + 1] ?? 0) : 0;
  const reader = new BitReader(bytes, from, end);
  try {
    for (let unit = 0; unit < units; unit++) {
      if (interval > 0 && unit > 0 && unit % interval === 0) reader.restart();
      for (const block of sequence) passBlock(reader, block);
    }
    return reader.offset();
  } catch (error) {
    if (error instanceof OutOfData) return undefined;
    throw error;
  }
}
