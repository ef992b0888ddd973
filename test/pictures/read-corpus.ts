import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { BOUNDS } from '../../lambda/domain/bounds';
import type { ImageFormat } from '../../lambda/domain/category';
import { PictureFault } from '../../lambda/domain/picture-fault';
import { sniffPicture } from '../../lambda/domain/sniff-picture';
import { stripMetadata } from '../../lambda/domain/strip-metadata';
import { decodeWithLibvips } from './decode-with-libvips';
import { decodeWithPillow } from './decode-with-pillow';
import type { Evaluated } from './evaluate-picture';
import { keptTexts } from './kept-texts';

/** What the first bytes say, whatever the file's name. */
function formatOf(bytes: Buffer): ImageFormat | undefined {
  if (bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'jpg';
  return bytes.subarray(1, 4).toString('latin1') === 'PNG' ? 'png' : undefined;
}

/** A still picture of a size that the service takes, as libvips reads its header. */
async function isInScope(bytes: Buffer): Promise<boolean> {
  if (bytes.length > BOUNDS.pictureBytes || bytes.includes('acTL')) return false;
  const { width, height } = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => ({ width: BOUNDS.shortestSide, height: BOUNDS.shortestSide }));
  return Math.min(width, height) >= BOUNDS.shortestSide && Math.max(width, height) <= BOUNDS.longestSide;
}

/** The stripped file, or why there is none. */
function answerOf(bytes: Buffer, format: ImageFormat): Buffer | string {
  const verdict = sniffPicture(bytes, format);
  if (!verdict.accepted) return `${verdict.reason}: ${verdict.detail}`;
  try {
    return Buffer.from(stripMetadata(bytes, format));
  } catch (error) {
    if (!(error instanceof PictureFault)) throw error;
    return 'cannot be stripped';
  }
}

export interface EvaluatedFile extends Evaluated {
  /** Below the corpus. */
  readonly file: string;
}

/**
 * Checks and strips every JPEG and PNG file of a folder that is in scope, and asks both decoders about each file as it
 * came and as we would keep it.
 * @param scratch a folder for stripped files
 */
export async function readCorpus(folder: string, scratch: string): Promise<EvaluatedFile[]> {
  const files: {
    file: string;
    original: string;
    stripped: string | undefined;
    refusal: string | undefined;
  }[] = [];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(jpe?g|jpe|jfif|mpo|png)$/i.test(entry.name)) continue;
    const original = path.join(entry.parentPath, entry.name);
    const bytes = readFileSync(original);
    const format = formatOf(bytes);
    if (format === undefined || !(await isInScope(bytes))) continue;
    const answer = answerOf(bytes, format);
    const file = path.relative(folder, original);
    if (typeof answer === 'string') {
      files.push({ file, original, stripped: undefined, refusal: answer });
      continue;
    }
    const stripped = path.join(scratch, `${files.length}.${format}`);
    writeFileSync(stripped, answer);
    files.push({ file, original, stripped, refusal: undefined });
  }
  const strippedFiles = files.flatMap(({ stripped }) => stripped ?? []);
  const byPillow = await decodeWithPillow([...files.map(({ original }) => original), ...strippedFiles]);
  const strippedByPillow = new Map(
    strippedFiles.map((file, index) => [file, byPillow[files.length + index]]),
  );
  const evaluated: EvaluatedFile[] = [];
  for (const [index, { file, original, stripped, refusal }] of files.entries()) {
    const pillow = byPillow[index];
    if (!pillow) throw new Error(`Pillow told nothing of ${file}`);
    evaluated.push({
      file,
      refusal,
      decoders: [
        { before: pillow, after: stripped === undefined ? undefined : strippedByPillow.get(stripped) },
        {
          before: await decodeWithLibvips(original),
          after: stripped === undefined ? undefined : await decodeWithLibvips(stripped),
        },
      ],
      texts: stripped === undefined ? [] : await keptTexts(readFileSync(original), readFileSync(stripped)),
    });
  }
  return evaluated;
}
