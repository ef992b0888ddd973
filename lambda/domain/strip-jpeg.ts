import { BOUNDS } from './bounds';
import { ByteSink } from './byte-sink';
import { orientationBlock, readOrientation } from './exif-orientation';
import { rebuildIccProfile } from './icc-profile';
import { JPEG, type JpegSegment, jpegSegments } from './jpeg-structure';
import { textAt } from './picture-signature';

const EXIF = 'Exif\0\0';
const ICC = 'ICC_PROFILE\0';
/** Identifier, sequence number and count before each part of a profile. */
const ICC_PREFIX = ICC.length + 2;
/** A segment holds 65,535 bytes, its length field included. */
const LONGEST_ICC_PART = 65_535 - 2 - ICC_PREFIX;
const JFIF_LENGTH = 14;
const ADOBE_LENGTH = 12;

/** DHT, DQT, DRI, the supported frame headers, scans, start and end: without them there is no picture. */
const DECODING_MARKERS: ReadonlySet<number> = new Set([
  JPEG.SOI,
  0xc0,
  0xc1,
  0xc2,
  0xc4,
  0xdb,
  JPEG.DRI,
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

/**
 * The file's profile, made anew: its parts may come in any order, as long as each is there once and all agree on how many
 * there are.
 */
function rebuiltProfile(bytes: Uint8Array): Uint8Array | undefined {
  const parts: (Uint8Array | undefined)[] = [];
  let count: number | undefined;
  for (const part of jpegSegments(bytes)) {
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
function colourTransform(payload: Uint8Array): Uint8Array | undefined {
  if (!textAt(payload, 0, 'Adobe') || payload.length < ADOBE_LENGTH) return undefined;
  // Version and flags say which program wrote it.
  return segment(
    JPEG.APP14,
    Buffer.from('Adobe\0\x64\0\0\0\0', 'latin1'),
    payload.subarray(ADOBE_LENGTH - 1, ADOBE_LENGTH),
  );
}

/**
 * A JPEG file without anything that does not serve to show it. Kept: what decoding needs, JFIF's header, the colour
 * transform, the ICC profile made anew (icc-profile.ts), and the orientation in an EXIF segment of its own.
 * @throws PictureFault when the structure is broken
 */
export function stripJpeg(bytes: Uint8Array): Uint8Array {
  const kept = new ByteSink(bytes.length + BOUNDS.addedBytes);
  let profile = rebuiltProfile(bytes);
  let hasJfif = false;
  let hasExif = false;
  for (const part of jpegSegments(bytes)) {
    const whole = bytes.subarray(part.start, part.end);
    const payload = bytes.subarray(part.payload, part.end);
    if (DECODING_MARKERS.has(part.marker)) {
      kept.write(whole);
    } else if (part.marker === JPEG.APP0 && !hasJfif) {
      const jfif = withoutThumbnail(payload);
      if (jfif) kept.write(jfif);
      hasJfif = jfif !== undefined;
    } else if (part.marker === JPEG.APP1 && !hasExif && textAt(payload, 0, EXIF)) {
      // Decoders take the first and look no further.
      hasExif = true;
      const orientation = onlyOrientation(payload);
      if (orientation) kept.write(orientation);
    } else if (part.marker === JPEG.APP14) {
      const transform = colourTransform(payload);
      if (transform) kept.write(transform);
    } else if (profile !== undefined && isIccPart(bytes, part)) {
      profileSegments(profile).forEach((icc) => kept.write(icc));
      profile = undefined;
    }
  }
  return kept.bytes();
}
