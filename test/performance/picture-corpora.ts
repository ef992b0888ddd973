/**
 * Checks and strips every JPEG and PNG file of public picture corpora, and lets an independent decoder (libvips with
 * lcms, through sharp) say whether that was right: `node --import tsx test/performance/picture-corpora.ts FOLDER ...`.
 * Whoever runs it fetches the corpora; docs/pictures.md says which, and holds the counts.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import exifr from 'exifr';
import sharp, { type SharpOptions } from 'sharp';
import type { ImageFormat } from '../../lambda/domain/category';
import { PictureFault } from '../../lambda/domain/picture-fault';
import { BOUNDS } from '../../lambda/domain/bounds';
import { sniffPicture } from '../../lambda/domain/sniff-picture';
import { stripMetadata } from '../../lambda/domain/strip-metadata';

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

type Outcome = 'refused' | 'acceptedUndecodable' | 'pixels' | 'colours' | 'orientation' | 'texts';
type Decoding = readonly [pixels: Buffer, colours: Buffer, orientation: number];

/**
 * Pixels as stored, and in sRGB by the file's own profile; undefined when the decoder cannot show the file.
 * @param failOn what makes the decoder give up: `error` for a sound picture, `none` to show whatever can be shown
 */
async function decode(bytes: Uint8Array, failOn: SharpOptions['failOn']): Promise<Decoding | undefined> {
  try {
    const { orientation = 1 } = await sharp(bytes, { failOn }).metadata();
    const pixels = await sharp(bytes, { failOn, ignoreIcc: true }).raw().toBuffer();
    return [pixels, await sharp(bytes, { failOn }).raw().toBuffer(), orientation];
  } catch {
    return undefined;
  }
}

/** What the first bytes say, whatever the file's name. */
function formatOf(bytes: Buffer): ImageFormat | undefined {
  if (bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'jpg';
  return bytes.subarray(1, 4).toString('latin1') === 'PNG' ? 'png' : undefined;
}

/** A still picture of a size that the service takes, as the decoder reads its header. */
async function isInScope(bytes: Buffer): Promise<boolean> {
  if (bytes.length > BOUNDS.pictureBytes || bytes.includes('acTL')) return false;
  const { width, height } = await sharp(bytes)
    .metadata()
    .catch(() => ({ width: BOUNDS.shortestSide, height: BOUNDS.shortestSide }));
  return Math.min(width, height) >= BOUNDS.shortestSide && Math.max(width, height) <= BOUNDS.longestSide;
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.length >= SHORTEST_TEXT ? [value] : [];
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return [];
  return Object.values(value).flatMap(textsIn);
}

/** Texts of the original's metadata that the stripped file, or the profile in it, still holds. */
async function keptTexts(original: Buffer, stripped: Buffer): Promise<string[]> {
  const found: unknown = await exifr.parse(original, READ_EVERYTHING).catch(() => undefined);
  const { icc } = await sharp(stripped, { failOn: 'none' }).metadata();
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

function strip(bytes: Buffer, format: ImageFormat): Buffer | undefined {
  try {
    return Buffer.from(stripMetadata(bytes, format));
  } catch (error) {
    if (error instanceof PictureFault) return undefined;
    throw error;
  }
}

/** What is wrong with our answer to one file: an empty list, or outcomes with a detail. */
async function judge(bytes: Buffer, format: ImageFormat): Promise<[Outcome, string][]> {
  const verdict = sniffPicture(bytes, format);
  const stripped = verdict.accepted ? strip(bytes, format) : undefined;
  if (stripped === undefined) {
    const reason = verdict.accepted ? 'cannot be stripped' : `${verdict.reason}: ${verdict.detail}`;
    return (await decode(bytes, 'error')) ? [['refused', reason]] : [];
  }
  const before = await decode(bytes, 'none');
  if (!before) return [['acceptedUndecodable', 'the decoder refuses it']];
  const after = await decode(stripped, 'none');
  const wrong: [Outcome, string][] = [];
  if (!after?.[0].equals(before[0])) wrong.push(['pixels', 'pixels differ']);
  else if (!after[1].equals(before[1])) wrong.push(['colours', 'colours differ']);
  if (after && after[2] !== before[2]) wrong.push(['orientation', `${before[2]} became ${after[2]}`]);
  const texts = after ? await keptTexts(bytes, stripped) : [];
  if (texts.length > 0) wrong.push(['texts', texts.slice(0, 2).join(' | ').slice(0, 80)]);
  return wrong;
}

async function measure(folder: string): Promise<Record<string, number | string>> {
  const counts = {
    inScope: 0,
    refused: 0,
    acceptedUndecodable: 0,
    pixels: 0,
    colours: 0,
    orientation: 0,
    texts: 0,
  };
  for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!file.isFile() || !/\.(jpe?g|jpe|jfif|mpo|png)$/i.test(file.name)) continue;
    const name = path.join(file.parentPath, file.name);
    const bytes = readFileSync(name);
    const format = formatOf(bytes);
    if (format === undefined || !(await isInScope(bytes))) continue;
    counts.inScope += 1;
    for (const [outcome, detail] of await judge(bytes, format)) {
      counts[outcome] += 1;
      console.log(`${outcome.padEnd(20)} ${path.relative(folder, name)}: ${detail}`);
    }
  }
  return { corpus: path.basename(folder), ...counts };
}

async function main(folders: readonly string[]): Promise<void> {
  if (folders.length === 0) throw new Error('usage: picture-corpora.ts FOLDER ...');
  const rows: Record<string, number | string>[] = [];
  for (const folder of folders) rows.push(await measure(folder));
  console.table(rows);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
