import sharp from 'sharp';
import { ServiceError } from './service-error';

/** Side of the square that the model reads, in pixels. */
export const MODEL_SIDE = 300;
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

/**
 * The picture as the model reads it: upright, stretched to a square, three bytes a pixel.
 * @throws ServiceError when it is no JPEG or PNG, is broken, or is too small or too large in pixels.
 */
export async function decodePicture(bytes: Uint8Array): Promise<Uint8Array> {
  if (!SIGNATURES.some((signature) => signature.equals(bytes.subarray(0, signature.length))))
    throw invalidFormat();
  try {
    // Reads the header only, so a picture of any size may be measured.
    const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
    checkDimensions(width, height);
    return await sharp(bytes, { failOn: 'error', limitInputPixels: LARGEST_SIDE * LARGEST_SIDE })
      .autoOrient()
      .flatten({ background: GREY })
      .toColourspace('srgb')
      .removeAlpha()
      .resize(MODEL_SIDE, MODEL_SIDE, { fit: 'fill', kernel: 'linear' })
      .raw()
      .toBuffer();
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw invalidFormat();
  }
}
