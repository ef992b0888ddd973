import { createHash } from 'node:crypto';
import sharp, { type SharpOptions } from 'sharp';
import type { Decoding } from './decoding';

async function shown(
  file: string,
  options: SharpOptions,
): Promise<{ digest: string; orientation: number } | undefined> {
  try {
    const { orientation = 1 } = await sharp(file, options).metadata();
    const { data, info } = await sharp(file, options).raw().toBuffer({ resolveWithObject: true });
    const shape = `${info.width} ${info.height} ${info.channels}`;
    return { digest: createHash('sha256').update(shape).update(data).digest('hex'), orientation };
  } catch {
    return undefined;
  }
}

/** libvips with libjpeg-turbo, libpng and Little CMS, through sharp. */
export async function decodeWithLibvips(file: string): Promise<Decoding> {
  const strict = (await shown(file, { failOn: 'warning', ignoreIcc: true })) !== undefined;
  const pixels = await shown(file, { failOn: 'none', ignoreIcc: true });
  if (!pixels) return { strict, lenient: false };
  const colours = await shown(file, { failOn: 'none' });
  return {
    strict,
    lenient: true,
    pixels: pixels.digest,
    colours: colours?.digest ?? pixels.digest,
    orientation: pixels.orientation,
  };
}
