import { BOUNDS } from './bounds';
import { ByteSink } from './byte-sink';
import { orientationBlock, readOrientation } from './exif-orientation';
import { rebuildIccProfile } from './icc-profile';
import type { JpegFrame } from './jpeg-frame';
import { isFrameHeader, JPEG, type JpegSegment } from './jpeg-markers';
import { readScan } from './jpeg-scan';
import { type JpegPicture, readJpeg } from './jpeg-structure';
import { tablesOf } from './jpeg-tables';
import { textAt } from './picture-signature';

const EXIF = 'Exif\0\0';
const ICC = 'ICC_PROFILE\0';
/** Identifier, sequence number and count before each part of a profile. */
const ICC_PREFIX = ICC.length + 2;
/** A segment holds 65,535 bytes, its length field included. */
const LONGEST_ICC_PART = 65_535 - 2 - ICC_PREFIX;
const JFIF_LENGTH = 14;
const ADOBE_LENGTH = 12;

const START = new Uint8Array([0xff, JPEG.SOI]);
const END = new Uint8Array([0xff, JPEG.EOI]);
/** Every coefficient with all of its bits: what a scan of a sequential file holds, whatever it says (T.81, B.2.3). */
const WHOLE_BLOCKS = new Uint8Array([0, 63, 0]);

function segment(marker: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const payload = Buffer.concat(parts);
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, payload]);
}

const isIccPart = (bytes: Uint8Array, { marker, payload, end }: JpegSegment): boolean =>
  marker === JPEG.APP2 && end - payload > ICC_PREFIX && textAt(bytes, payload, ICC);

/**
 * The file's profile, made anew: its parts may come in any order, as long as each is there once and all agree on how many
 * there are.
 */
function rebuiltProfile(bytes: Uint8Array, segments: readonly JpegSegment[]): Uint8Array | undefined {
  const parts: (Uint8Array | undefined)[] = [];
  let count: number | undefined;
  for (const part of segments) {
    if (!isIccPart(bytes, part)) continue;
    const [number = 0, of = 0] = bytes.subarray(part.payload + ICC.length, part.payload + ICC_PREFIX);
    count ??= of;
    if (of !== count || number < 1 || number > count || parts[number - 1] !== undefined) return undefined;
    parts[number - 1] = bytes.subarray(part.payload + ICC_PREFIX, part.end);
  }
  const all = parts.filter((part) => part !== undefined);
  return all.length > 0 && all.length === count ? rebuildIccProfile(Buffer.concat(all)) : undefined;
}

/** As many segments as the profile needs. */
function profileSegments(profile: Uint8Array): Uint8Array[] {
  const count = Math.ceil(profile.length / LONGEST_ICC_PART);
  return Array.from({ length: count }, (_, index) =>
    segment(
      JPEG.APP2,
      Buffer.from(ICC, 'latin1'),
      new Uint8Array([index + 1, count]),
      profile.subarray(index * LONGEST_ICC_PART, (index + 1) * LONGEST_ICC_PART),
    ),
  );
}

/** JFIF says how colours are coded and how dense pixels are; its thumbnail goes. */
function withoutThumbnail(payload: Uint8Array): Uint8Array | undefined {
  if (!textAt(payload, 0, 'JFIF\0') || payload.length < JFIF_LENGTH) return undefined;
  return segment(JPEG.APP0, payload.subarray(0, JFIF_LENGTH - 2), new Uint8Array(2));
}

function onlyOrientation(payload: Uint8Array): Uint8Array | undefined {
  const orientation = readOrientation(payload.subarray(EXIF.length));
  return orientation === undefined
    ? undefined
    : segment(JPEG.APP1, Buffer.from(EXIF, 'latin1'), orientationBlock(orientation));
}

/** Adobe's segment says whether four components are CMYK or YCCK and three are RGB or YCbCr. */
const colourTransform = (payload: Uint8Array): Uint8Array =>
  segment(
    JPEG.APP14,
    // Version and flags say which program wrote it.
    Buffer.from('Adobe\0\x64\0\0\0\0', 'latin1'),
    payload.subarray(ADOBE_LENGTH - 1, ADOBE_LENGTH),
  );

/** A scan with its compressed data, in parts. */
function scan(bytes: Uint8Array, part: JpegSegment, frame: JpegFrame): Uint8Array[] {
  if (frame.isProgressive) return [bytes.subarray(part.start, part.end)];
  const { selection } = readScan(bytes, part, frame);
  return [
    bytes.subarray(part.start, selection),
    WHOLE_BLOCKS,
    bytes.subarray(selection + WHOLE_BLOCKS.length, part.end),
  ];
}

/** The tables of a segment that a scan takes; others would be a place to hide data. */
function tables(
  bytes: Uint8Array,
  part: JpegSegment,
  used: JpegPicture['usedTables'],
): Uint8Array | undefined {
  const kept = tablesOf(bytes, part).filter(({ start }) => used.has(start));
  if (kept.length === 0) return undefined;
  return segment(part.marker, ...kept.map(({ start, end }) => bytes.subarray(start, end)));
}

const isApplication = (marker: number): boolean => marker >= JPEG.APP0 && marker <= 0xef;

const isAdobe = (bytes: Uint8Array, { marker, payload, end }: JpegSegment): boolean =>
  marker === JPEG.APP14 && end - payload >= ADOBE_LENGTH && textAt(bytes, payload, 'Adobe');

/**
 * A JPEG file without anything that does not serve to show it. Kept: frame, scans and the tables that they take, JFIF's
 * header, the colour transform, the ICC profile made anew (icc-profile.ts), and the orientation in an EXIF segment of its
 * own.
 * @throws PictureFault when the structure is broken
 */
export function stripJpeg(bytes: Uint8Array): Uint8Array {
  const { frame, segments, usedTables } = readJpeg(bytes);
  const kept = new ByteSink(bytes.length + BOUNDS.addedBytes);
  const keep = (part: Uint8Array | undefined): void => {
    if (part) kept.write(part);
  };
  // Decoders have read what says how to show the picture when they come to its first scan, and look no further.
  const heading = segments.slice(
    0,
    segments.findIndex(({ marker }) => marker === JPEG.SOS),
  );
  let profile = rebuiltProfile(bytes, heading);
  // For decoders the last one counts.
  const adobe = heading.findLast((part) => isAdobe(bytes, part));
  let isHeading = true;
  let hasJfif = false;
  let hasExif = false;
  keep(START);
  for (const part of segments) {
    const payload = bytes.subarray(part.payload, part.end);
    if (part.marker === JPEG.SOS) isHeading = false;
    if (isApplication(part.marker) && !isHeading) continue;
    switch (part.marker) {
      case JPEG.DQT:
      case JPEG.DHT:
      case JPEG.DRI:
        keep(tables(bytes, part, usedTables));
        break;
      case JPEG.SOS:
        scan(bytes, part, frame).forEach(keep);
        break;
      case JPEG.APP0: {
        if (hasJfif) break;
        const jfif = withoutThumbnail(payload);
        keep(jfif);
        hasJfif = jfif !== undefined;
        break;
      }
      case JPEG.APP1:
        // Decoders take the first and look no further.
        if (hasExif || !textAt(payload, 0, EXIF)) break;
        hasExif = true;
        keep(onlyOrientation(payload));
        break;
      case JPEG.APP2:
        if (profile === undefined || !isIccPart(bytes, part)) break;
        profileSegments(profile).forEach(keep);
        profile = undefined;
        break;
      case JPEG.APP14:
        if (part === adobe) keep(colourTransform(payload));
        break;
      default:
        if (isFrameHeader(part.marker)) keep(bytes.subarray(part.start, part.end));
    }
  }
  keep(END);
  return kept.bytes();
}
