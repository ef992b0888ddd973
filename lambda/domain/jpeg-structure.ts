import { BOUNDS } from './bounds';
import { PictureFault } from './picture-fault';

/** Marker codes of ITU-T T.81, table B.1. */
export const JPEG = {
  SOI: 0xd8,
  EOI: 0xd9,
  SOS: 0xda,
  DRI: 0xdd,
  APP0: 0xe0,
  APP1: 0xe1,
  APP2: 0xe2,
  APP14: 0xee,
} as const;

export interface JpegSegment {
  readonly marker: number;
  /** Offset of the marker's 0xFF, fill bytes before it left out. */
  readonly start: number;
  /** Offset of what follows the length field; equals `end` for markers that stand alone. */
  readonly payload: number;
  /** Offset after the segment; for a scan, after its compressed data. */
  readonly end: number;
}

const isRestart = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd7;

/** Standing alone between segments, they mean nothing and are skipped by decoders. */
const isIdle = (marker: number): boolean => isRestart(marker) || marker === 0x01;

/** Offset of the 0xFF before the next marker's code, over stray bytes, fill bytes and idle markers. */
function nextMarker(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    at = bytes.indexOf(0xff, at);
    const next = at === -1 ? undefined : bytes[at + 1];
    if (next === undefined) throw new PictureFault('truncated', 'the end marker is missing');
    if (next === 0xff) at += 1;
    else if (next === 0 || isIdle(next)) at += 2;
    else return at;
  }
}

/** Offset of the first marker after a scan's compressed data, where 0xFF00 is data and restart markers belong. */
function endOfScan(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    at = bytes.indexOf(0xff, at);
    const next = at === -1 ? undefined : bytes[at + 1];
    if (next === undefined) throw new PictureFault('truncated', 'the compressed data does not end');
    if (next === 0xff) at += 1;
    else if (next === 0 || isRestart(next)) at += 2;
    else return at;
  }
}

/**
 * The segments of a JPEG file from SOI to EOI (ITU-T T.81, annex B). Bytes between segments, which some cameras write and
 * every decoder skips, belong to none and are not kept.
 * @throws PictureFault `truncated` or `malformed`
 */
export function* jpegSegments(bytes: Uint8Array): Generator<JpegSegment, void> {
  let at = 2;
  yield { marker: JPEG.SOI, start: 0, payload: at, end: at };
  for (let count = 0; ; count += 1) {
    if (count === BOUNDS.jpegSegments) throw new PictureFault('malformed', 'too many segments');
    at = nextMarker(bytes, at);
    const marker = bytes[at + 1];
    if (marker === undefined) throw new PictureFault('truncated', 'ends within a marker');
    if (marker === JPEG.EOI) {
      yield { marker, start: at, payload: at + 2, end: at + 2 };
      return;
    }
    // Below SOF0 stand only reserved codes; a second SOI has no place here.
    if (marker < 0xc0 || marker === JPEG.SOI) {
      throw new PictureFault('malformed', 'a marker out of place');
    }
    const [high, low] = [bytes[at + 2], bytes[at + 3]];
    if (high === undefined || low === undefined) throw new PictureFault('truncated', 'ends within a segment');
    const length = high * 256 + low;
    if (length < 2) throw new PictureFault('malformed', 'a segment shorter than its length field');
    const end = at + 2 + length;
    if (end > bytes.length) throw new PictureFault('truncated', 'ends within a segment');
    const segment = { marker, start: at, payload: at + 4, end };
    at = marker === JPEG.SOS ? endOfScan(bytes, end) : end;
    yield { ...segment, end: at };
  }
}

/** SOF0 to SOF15 without DHT (C4), JPG (C8) and DAC (CC). */
const isFrameHeader = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
/** Baseline, extended sequential and progressive with Huffman coding: what decoders in the field read. */
const LAST_SUPPORTED_FRAME = 0xc2;

interface Frame {
  readonly width: number;
  readonly height: number;
}

function readFrame(bytes: Uint8Array, { marker, payload, end }: JpegSegment): Frame {
  if (marker > LAST_SUPPORTED_FRAME) {
    throw new PictureFault('unsupported-format', 'lossless, hierarchical or arithmetic JPEG');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + payload, end - payload);
  const components = view.byteLength >= 6 ? view.getUint8(5) : 0;
  if (![1, 3, 4].includes(components) || view.byteLength !== 6 + 3 * components) {
    throw new PictureFault('malformed', 'a broken frame header');
  }
  if (view.getUint8(0) !== 8) throw new PictureFault('unsupported-format', 'JPEG of other than 8 bits');
  const frame = { height: view.getUint16(1), width: view.getUint16(3) };
  // Its lines would be counted behind the scan (DNL), which decoders in the field do not read.
  if (frame.height === 0) throw new PictureFault('unsupported-format', 'JPEG without its height');
  return frame;
}

/**
 * Walks a whole JPEG file and reads its dimensions.
 * @param onFrame is told the dimensions as soon as they are known; what it throws ends the walk
 * @throws PictureFault
 */
export function inspectJpeg(bytes: Uint8Array, onFrame: (width: number, height: number) => void): Frame {
  let frame: Frame | undefined;
  let scans = 0;
  for (const segment of jpegSegments(bytes)) {
    if (isFrameHeader(segment.marker)) {
      if (frame) throw new PictureFault('malformed', 'two frame headers');
      frame = readFrame(bytes, segment);
      onFrame(frame.width, frame.height);
    } else if (segment.marker === JPEG.DRI && segment.end - segment.payload !== 2) {
      throw new PictureFault('malformed', 'a restart interval of impossible length');
    } else if (segment.marker === JPEG.SOS) {
      if (!frame) throw new PictureFault('malformed', 'a scan before the frame header');
      scans += 1;
    }
  }
  if (!frame || scans === 0)
    throw new PictureFault('malformed', 'no picture between the start and end markers');
  return frame;
}
