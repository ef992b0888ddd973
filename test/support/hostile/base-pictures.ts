import sharp, { type Sharp } from 'sharp';

export const WIDTH = 160;
export const HEIGHT = 120;

/** A gradient with some detail, so that encoders have something to encode; the same each time. */
export function gradient(width = WIDTH, height = HEIGHT): Sharp {
  const pixels = Buffer.alloc(width * height * 3);
  for (let index = 0; index < pixels.length; index++) pixels[index] = (index * 7 + (index >> 5) * 13) % 256;
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

export interface BasePictures {
  readonly jpeg: Buffer;
  readonly progressiveJpeg: Buffer;
  readonly cmykJpeg: Buffer;
  readonly greyJpeg: Buffer;
  readonly png: Buffer;
  readonly palettePng: Buffer;
  readonly interlacedPng: Buffer;
  readonly deepPng: Buffer;
  readonly gif: Buffer;
  readonly webp: Buffer;
  readonly avif: Buffer;
  readonly tiff: Buffer;
}

/** Sound pictures of every kind that the hostile ones are cut from. */
export async function basePictures(): Promise<BasePictures> {
  const picture = gradient();
  return {
    jpeg: await picture.clone().jpeg().toBuffer(),
    progressiveJpeg: await picture.clone().jpeg({ progressive: true }).toBuffer(),
    cmykJpeg: await picture.clone().toColourspace('cmyk').jpeg().toBuffer(),
    greyJpeg: await picture.clone().greyscale().jpeg().toBuffer(),
    png: await picture.clone().png().toBuffer(),
    palettePng: await picture.clone().png({ palette: true }).toBuffer(),
    interlacedPng: await picture.clone().png({ progressive: true }).toBuffer(),
    deepPng: await picture.clone().toColourspace('rgb16').png().toBuffer(),
    gif: await picture.clone().gif().toBuffer(),
    webp: await picture.clone().webp().toBuffer(),
    avif: await picture.clone().avif({ effort: 0 }).toBuffer(),
    tiff: await picture.clone().tiff().toBuffer(),
  };
}
