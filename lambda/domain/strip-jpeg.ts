import { ByteSink } from './byte-sink';
import { orientationBlock, readOrientation } from './exif-orientation';
import { isIccProfile } from './icc-profile';
import { JPEG, type JpegSegment, jpegSegments } from './jpeg-structure';
import { textAt } from './picture-signature';

const EXIF = 'Exif\0\0';
const ICC = 'ICC_PROFILE\0';
/** Identifier, sequence number and count before each part of a profile. */
const ICC_PREFIX = ICC.length + 2;
const JFIF_LENGTH = 14;
const ADOBE_LENGTH = 12;

/** DHT, DQT, DNL, DRI, the supported frame headers, scans, start and end: without them there is no picture. */
const DECODING_MARKERS: ReadonlySet<number> = new Set([
  JPEG.SOI,
  0xc0,
  0xc1,
  0xc2,
  0xc4,
  0xdb,
  0xdc,
  0xdd,
  JPEG.SOS,
  JPEG.EOI,
]);

function segment(marker: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const payload = Buffer.concat(parts);
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, payload]);
}

const isIccPart = (bytes: Uint8Array, { marker, payload, end }: JpegSegment): boolean =>
  marker === JPEG.APP2 && end - payload > ICC_PREFIX && textAt(bytes, payload, ICC);

/** True when the file's ICC parts are numbered 1 to n, in order, and make up one profile. */
function hasSoundProfile(bytes: Uint8Array): boolean {
  const parts: Uint8Array[] = [];
  for (const part of jpegSegments(bytes)) {
    if (!isIccPart(bytes, part)) continue;
    // A profile has at most 255 parts; the first that is out of order ends the search, so the list stays short.
    if (bytes[part.payload + ICC.length] !== parts.length + 1) return false;
    parts.push(bytes.subarray(part.payload, part.end));
  }
  return (
    parts.every((part) => part[ICC.length + 1] === parts.length) &&
    isIccProfile(Buffer.concat(parts.map((part) => part.subarray(ICC_PREFIX))))
  );
}

/** JFIF says how colours are coded and how dense pixels are; its thumbnail goes. */
function withoutThumbnail(payload: Uint8Array): Uint8Array | undefined {
  if (!textAt(payload, 0, 'JFIF\0') || payload.length < JFIF_LENGTH) return undefined;
  return segment(JPEG.APP0, payload.subarray(0, JFIF_LENGTH - 2), new Uint8Array(2));
}

function onlyOrientation(payload: Uint8Array): Uint8Array | undefined {
  if (!textAt(payload, 0, EXIF)) return undefined;
  const orientation = readOrientation(payload.subarray(EXIF.length));
  return orientation === undefined
    ? undefined
    : segment(JPEG.APP1, Buffer.from(EXIF, 'latin1'), orientationBlock(orientation));
}

/** Adobe's segment says whether four components are CMYK or YCCK and three are RGB or YCbCr. */
function colourTransform(payload: Uint8Array): Uint8Array | undefined {
  if (!textAt(payload, 0, 'Adobe') || payload.length < ADOBE_LENGTH) return undefined;
  return segment(JPEG.APP14, payload.subarray(0, ADOBE_LENGTH));
}

/**
 * A JPEG file without anything that does not serve to show it. Kept: what decoding needs, JFIF's header, the colour
 * transform, a sound ICC profile, and the orientation in an EXIF segment of its own.
 * @throws PictureFault when the structure is broken
 */
export function stripJpeg(bytes: Uint8Array): Uint8Array {
  // An orientation segment can be a few bytes longer than a broken one that it replaces.
  const kept = new ByteSink(bytes.length + 64);
  const keepsProfile = hasSoundProfile(bytes);
  let hasJfif = false;
  let hasOrientation = false;
  for (const part of jpegSegments(bytes)) {
    const whole = bytes.subarray(part.start, part.end);
    const payload = bytes.subarray(part.payload, part.end);
    if (DECODING_MARKERS.has(part.marker)) {
      kept.write(whole);
    } else if (part.marker === JPEG.APP0 && !hasJfif) {
      const jfif = withoutThumbnail(payload);
      if (jfif) kept.write(jfif);
      hasJfif = jfif !== undefined;
    } else if (part.marker === JPEG.APP1 && !hasOrientation) {
      const orientation = onlyOrientation(payload);
      if (orientation) kept.write(orientation);
      hasOrientation = orientation !== undefined;
    } else if (part.marker === JPEG.APP14) {
      const transform = colourTransform(payload);
      if (transform) kept.write(transform);
    } else if (keepsProfile && isIccPart(bytes, part)) {
      kept.write(whole);
    }
  }
  return kept.bytes();
}
