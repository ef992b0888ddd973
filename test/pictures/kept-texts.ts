import exifr from 'exifr';
import sharp from 'sharp';

/** Shorter texts stand in compressed data by chance. */
const SHORTEST_TEXT = 8;
/** The name that every kept profile is given: found again, it is no text of the client's. */
const OWN_TEXT = 'ICC Profile';
const READ_EVERYTHING = {
  tiff: true,
  exif: true,
  gps: true,
  xmp: true,
  iptc: true,
  icc: true,
  makerNote: true,
  mergeOutput: false,
};

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.length >= SHORTEST_TEXT ? [value] : [];
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return [];
  return Object.values(value).flatMap(textsIn);
}

/** Texts of the original's metadata that the stripped file, or the profile in it, still holds. */
export async function keptTexts(original: Buffer, stripped: Buffer): Promise<string[]> {
  const found: unknown = await exifr.parse(original, READ_EVERYTHING).catch(() => undefined);
  const icc = await sharp(stripped, { failOn: 'none' })
    .metadata()
    .then(
      (metadata) => metadata.icc,
      () => undefined,
    );
  const places = [stripped, icc ?? Buffer.alloc(0)];
  const codings = ['latin1', 'utf8', 'utf16le'] as const;
  const holds = (text: string): boolean =>
    places.some(
      (place) =>
        codings.some((coding) => place.includes(Buffer.from(text, coding))) ||
        place.includes(Buffer.from(text, 'utf16le').swap16()),
    );
  return textsIn(found).filter((text) => text !== OWN_TEXT && holds(text));
}
