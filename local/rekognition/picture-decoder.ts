import sharp from 'sharp';
import type { Box } from './detections';
import { ServiceError } from './service-error';

/** Pixels enough to look closely at a part, few enough for any memory. */
const LONGEST_SIDE = 1200;
/** https://docs.aws.amazon.com/rekognition/latest/dg/limits.html */
const SMALLEST_SIDE = 80;
const LARGEST_SIDE = 10_000;
const SIGNATURES = [Buffer.from([0xff, 0xd8, 0xff]), Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')];
const GREY = '#808080';

// One picture at a time, and nothing kept between pictures: memory stays that of the largest one.
sharp.concurrency(1);
sharp.cache(false);

const invalidFormat = (): ServiceError =>
  new ServiceError('InvalidImageFormatException', 'Request has invalid image format');

function checkDimensions(width: number, height: number): void {
  if (Math.min(width, height) < SMALLEST_SIDE) {
    throw new ServiceError('InvalidParameterException', 'Request has invalid parameters');
  }
  if (Math.max(width, height) > LARGEST_SIDE) {
    throw new ServiceError(
      'ImageTooLargeException',
      `Input image dimensions ${width} x ${height} exceed maximum dimension size of ${LARGEST_SIDE} pixels`,
    );
  }
}

/** A picture in memory: upright, three bytes a pixel, no longer than {@link LONGEST_SIDE}. */
export interface Picture {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Unpacks a picture.
 * @throws ServiceError when it is no JPEG or PNG, is broken, or is too small or too large in pixels.
 */
export async function decodePicture(bytes: Uint8Array): Promise<Picture> {
  if (!SIGNATURES.some((signature) => signature.equals(bytes.subarray(0, signature.length))))
    throw invalidFormat();
  try {
    // Reads the header only, so a picture of any size may be measured.
    const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
    checkDimensions(width, height);
    const { data, info } = await sharp(bytes, {
      failOn: 'error',
      limitInputPixels: LARGEST_SIDE * LARGEST_SIDE,
    })
      .autoOrient()
      .flatten({ background: GREY })
      .toColourspace('srgb')
      .removeAlpha()
      .resize(LONGEST_SIDE, LONGEST_SIDE, { fit: 'inside', withoutEnlargement: true, kernel: 'linear' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { pixels: data, width: info.width, height: info.height };
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw invalidFormat();
  }
}

const clamp = (value: number, most: number): number => Math.min(most, Math.max(0, value));

/** The part of a picture within a box (all of it when left out) as models read it: stretched to a square, three bytes a pixel. */
export async function squareOf(
  { pixels, width, height }: Picture,
  side: number,
  box: Box = { left: 0, top: 0, right: 1, bottom: 1 },
): Promise<Uint8Array> {
  const left = clamp(Math.floor(box.left * width), width - 1);
  const top = clamp(Math.floor(box.top * height), height - 1);
  const region = {
    left,
    top,
    width: Math.max(1, clamp(Math.ceil(box.right * width), width) - left),
    height: Math.max(1, clamp(Math.ceil(box.bottom * height), height) - top),
  };
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .extract(region)
    .resize(side, side, { fit: 'fill', kernel: 'linear' })
    .raw()
    .toBuffer();
}
