import type { JpegComponent, JpegFrame } from './jpeg-frame';
import type { JpegSegment } from './jpeg-markers';
import { PictureFault } from './picture-fault';

const LAST_COEFFICIENT = 63;
/** Of each component as many as its sampling factors say; ITU-T T.81, B.2.3. */
const MOST_BLOCKS_OF_A_UNIT = 10;
const HUFFMAN_TABLES = 4;
const MOST_BITS = 13;

export interface ScanComponent {
  readonly component: JpegComponent;
  /** Numbers of its Huffman tables. */
  readonly dc: number;
  readonly ac: number;
}

export interface JpegScan {
  readonly components: readonly ScanComponent[];
  /** Offset of the bytes that say which coefficients and bits it holds; a sequential scan has all. */
  readonly selection: number;
  readonly holdsDc: boolean;
  readonly holdsAc: boolean;
  /** It adds a bit to what an earlier scan told. */
  readonly refines: boolean;
}

const wrong = (what: string): PictureFault => new PictureFault('malformed', `a scan of ${what}`);

/** Spectral selection and successive approximation of a progressive scan; ITU-T T.81, G.1.1.1. */
function checkSelection(from: number, to: number, bits: number, components: number): void {
  const [high, low] = [bits >> 4, bits & 15];
  const isSelected = from === 0 ? to === 0 : from <= to && to <= LAST_COEFFICIENT && components === 1;
  const isApproximated = low <= MOST_BITS && (high === 0 || high === low + 1);
  if (!isSelected || !isApproximated) throw wrong('impossible coefficients');
}

/**
 * The header of a scan; ITU-T T.81, B.2.3.
 * @throws PictureFault `malformed` for what decoders refuse
 */
export function readScan(
  bytes: Uint8Array,
  { payload, payloadEnd }: JpegSegment,
  frame: JpegFrame,
): JpegScan {
  const view = new DataView(bytes.buffer, bytes.byteOffset + payload, payloadEnd - payload);
  const count = view.byteLength > 0 ? view.getUint8(0) : 0;
  if (count < 1 || count > frame.components.length || view.byteLength !== 4 + 2 * count)
    throw wrong('impossible length');
  const at = 1 + 2 * count;
  const [from, to, bits] = [view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2)];
  if (frame.isProgressive) checkSelection(from, to, bits, count);
  const holdsDc = !frame.isProgressive || from === 0;
  const holdsAc = !frame.isProgressive || from > 0;
  const refines = frame.isProgressive && bits >> 4 > 0;

  // In the order of the frame header, and each once: decoders find no other.
  let free = frame.components;
  const components = Array.from({ length: count }, (_, index) => {
    const id = view.getUint8(1 + 2 * index);
    const place = free.findIndex((candidate) => candidate.id === id);
    const component = free[place];
    free = free.slice(place + 1);
    if (component === undefined) throw wrong('a component that the frame has not');
    const tables = view.getUint8(2 + 2 * index);
    const [dc, ac] = [tables >> 4, tables & 15];
    if ((holdsDc && dc >= HUFFMAN_TABLES) || (holdsAc && ac >= HUFFMAN_TABLES))
      throw wrong('a table that cannot be');
    return { component, dc, ac };
  });
  const blocks = components.reduce((sum, { component }) => sum + component.across * component.down, 0);
  if (count > 1 && blocks > MOST_BLOCKS_OF_A_UNIT) throw wrong('too many blocks');
  return { components, selection: payload + at, holdsDc, holdsAc, refines };
}
