import type { JpegSegment } from './jpeg-markers';
import { PictureFault } from './picture-fault';

/** Baseline, extended sequential and progressive with Huffman coding: what decoders in the field read. */
const PROGRESSIVE = 0xc2;
const LONGEST_SAMPLING = 4;
/** Quantization tables that a decoder holds; ITU-T T.81, B.2.4.1. */
const QUANTIZATION_TABLES = 4;

export interface JpegComponent {
  readonly id: number;
  /** Sampling factors across and down. */
  readonly across: number;
  readonly down: number;
  readonly quantization: number;
}

export interface JpegFrame {
  readonly width: number;
  readonly height: number;
  readonly isProgressive: boolean;
  readonly components: readonly JpegComponent[];
}

function readComponent(view: DataView, at: number): JpegComponent {
  const component = {
    id: view.getUint8(at),
    across: view.getUint8(at + 1) >> 4,
    down: view.getUint8(at + 1) & 15,
    quantization: view.getUint8(at + 2),
  };
  const isSampled = [component.across, component.down].every(
    (factor) => factor >= 1 && factor <= LONGEST_SAMPLING,
  );
  if (!isSampled || component.quantization >= QUANTIZATION_TABLES)
    throw new PictureFault('malformed', 'a frame header with impossible values');
  return component;
}

/**
 * A frame header; ITU-T T.81, B.2.2.
 * @throws PictureFault
 */
export function readFrame(bytes: Uint8Array, { marker, payload, payloadEnd }: JpegSegment): JpegFrame {
  if (marker > PROGRESSIVE)
    throw new PictureFault('unsupported-format', 'lossless, hierarchical or arithmetic JPEG');
  const view = new DataView(bytes.buffer, bytes.byteOffset + payload, payloadEnd - payload);
  const count = view.byteLength >= 6 ? view.getUint8(5) : 0;
  if (![1, 3, 4].includes(count) || view.byteLength !== 6 + 3 * count)
    throw new PictureFault('malformed', 'a broken frame header');
  if (view.getUint8(0) !== 8) throw new PictureFault('unsupported-format', 'JPEG of other than 8 bits');
  const [height, width] = [view.getUint16(1), view.getUint16(3)];
  // Its lines would be counted behind the scan (DNL), which decoders in the field do not read.
  if (height === 0) throw new PictureFault('unsupported-format', 'JPEG without its height');
  const components = Array.from({ length: count }, (_, index) => readComponent(view, 6 + 3 * index));
  return { width, height, isProgressive: marker === PROGRESSIVE, components };
}
