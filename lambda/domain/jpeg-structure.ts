import { BOUNDS } from './bounds';
import { JpegDecoding } from './jpeg-decoding';
import type { JpegFrame } from './jpeg-frame';
import { isRestart, JPEG, type JpegSegment } from './jpeg-markers';
import { PictureFault } from './picture-fault';

/** Standing alone between segments, they mean nothing and are skipped by decoders. */
const isIdle = (marker: number): boolean => isRestart(marker) || marker === 0x01;

/**
 * Below SOF0 stand only reserved codes, and JPG, DHP, EXP and JPG0 to JPG13 are of other processes (T.81, table B.1): decoders
 * give up at each of them. A second SOI has no place either.
 */
const hasNoPlace = (marker: number): boolean =>
  marker < 0xc0 || [0xc8, JPEG.SOI, 0xde, 0xdf].includes(marker) || (marker >= 0xf0 && marker <= 0xfd);

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
function markerAfterData(bytes: Uint8Array, from: number): number | undefined {
  let at = from;
  for (;;) {
    at = bytes.indexOf(0xff, at);
    const next = at === -1 ? undefined : bytes[at + 1];
    if (next === undefined) return undefined;
    if (next === 0xff) at += 1;
    else if (next === 0 || isRestart(next)) at += 2;
    else return at;
  }
}

/**
 * The segment at or behind an offset, compressed data left out. Bytes between segments, which some cameras write and
 * every decoder skips, belong to none and are not kept.
 * @throws PictureFault `truncated` or `malformed`
 */
function segmentFrom(bytes: Uint8Array, from: number): JpegSegment {
  const start = nextMarker(bytes, from);
  const marker = bytes[start + 1];
  if (marker === undefined) throw new PictureFault('truncated', 'ends within a marker');
  if (marker === JPEG.EOI) return alone(marker, start);
  if (hasNoPlace(marker)) throw new PictureFault('malformed', 'a marker out of place');
  const [high, low] = [bytes[start + 2], bytes[start + 3]];
  if (high === undefined || low === undefined) throw new PictureFault('truncated', 'ends within a segment');
  const length = high * 256 + low;
  if (length < 2) throw new PictureFault('malformed', 'a segment shorter than its length field');
  const end = start + 2 + length;
  if (end > bytes.length) throw new PictureFault('truncated', 'ends within a segment');
  return { marker, start, payload: start + 4, payloadEnd: end, end };
}

const alone = (marker: number, start: number, length = 2): JpegSegment => ({
  marker,
  start,
  payload: start + length,
  payloadEnd: start + length,
  end: start + length,
});

/** What stands at or behind an offset; the end, where a whole picture is followed by nothing or by nonsense. */
function nextSegment(bytes: Uint8Array, at: number, decoding: JpegDecoding): JpegSegment {
  try {
    return segmentFrom(bytes, at);
  } catch (error) {
    if (!(error instanceof PictureFault) || decoding.endOfPicture(at) === undefined) throw error;
    return alone(JPEG.EOI, at, 0);
  }
}

export interface JpegPicture {
  readonly frame: JpegFrame;
  /** From SOI to EOI; the last one is empty where the file lacks it. */
  readonly segments: readonly JpegSegment[];
  /** Tables that a scan takes, by the offset at which they begin. */
  readonly usedTables: ReadonlySet<number>;
}

/**
 * Walks a whole JPEG file (ITU-T T.81, annex B). A picture that is all there needs no end marker: viewers show it.
 * @param onFrame is told the dimensions as soon as they are known; what it throws ends the walk
 * @throws PictureFault
 */
export function readJpeg(bytes: Uint8Array, onFrame?: (width: number, height: number) => void): JpegPicture {
  const decoding = new JpegDecoding(bytes);
  const segments: JpegSegment[] = [alone(JPEG.SOI, 0)];
  let [at, scans] = [2, 0];
  for (;;) {
    if (segments.length > BOUNDS.jpegSegments) throw new PictureFault('malformed', 'too many segments');
    let segment = nextSegment(bytes, at, decoding);
    if (segment.marker === JPEG.EOI) {
      segments.push(segment);
      break;
    }
    const hadFrame = decoding.frame !== undefined;
    decoding.next(segment);
    if (!hadFrame && decoding.frame) onFrame?.(decoding.frame.width, decoding.frame.height);
    if (segment.marker === JPEG.SOS) {
      scans += 1;
      const end = markerAfterData(bytes, segment.end) ?? decoding.endOfPicture(bytes.length);
      if (end === undefined) throw new PictureFault('truncated', 'the compressed data does not end');
      segment = { ...segment, end };
    }
    segments.push(segment);
    at = segment.end;
  }
  if (!decoding.frame || scans === 0)
    throw new PictureFault('malformed', 'no picture between the start and end markers');
  return { frame: decoding.frame, segments, usedTables: decoding.used };
}

/** The dimensions of a sound JPEG file; otherwise as `readJpeg`. */
export function inspectJpeg(
  bytes: Uint8Array,
  onFrame: (width: number, height: number) => void,
): { width: number; height: number } {
  const { width, height } = readJpeg(bytes, onFrame).frame;
  return { width, height };
}
