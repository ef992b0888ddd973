import sharp from 'sharp';

/** The committed photographs; sources and licences stand in the README beside them. */
export const PHOTOGRAPHS = ['cat.jpg', 'dog.jpg', 'dog-with-person.jpg', 'pizza.jpg'] as const;
export type Photograph = (typeof PHOTOGRAPHS)[number];

/** Makes a picture from the committed photographs; the same input gives the same picture. */
export type Recipe = (photographs: Readonly<Record<Photograph, Buffer>>) => Promise<Buffer>;

const JPEG = { quality: 90 };
const HALF_HEIGHT = 600;
/** As a camera held on its side sees it; the file does not say so. */
const SIDEWAYS_DEGREES = 270;
/** What is left of the light. */
const DUSK = 0.75;
/** As PNG this width makes a file between Rekognition's limits for bytes (5 MB) and for S3 objects (15 MB). */
const LARGE_WIDTH = 2800;
/** The part of a file that arrived. */
const ARRIVED = 0.4;

async function oneAboveTheOther(above: Buffer, below: Buffer): Promise<Buffer> {
  const [top, bottom] = await Promise.all(
    [above, below].map((picture) =>
      sharp(picture).resize({ height: HALF_HEIGHT }).toBuffer({ resolveWithObject: true }),
    ),
  );
  if (!top || !bottom) throw new TypeError('Two pictures are needed.');
  const canvas = {
    width: Math.max(top.info.width, bottom.info.width),
    height: 2 * HALF_HEIGHT,
    channels: 3 as const,
    background: '#808080',
  };
  return sharp({ create: canvas })
    .composite([
      { input: top.data, left: 0, top: 0 },
      { input: bottom.data, left: 0, top: HALF_HEIGHT },
    ])
    .jpeg(JPEG)
    .toBuffer();
}

export const bothAnimals: Recipe = (photographs) =>
  oneAboveTheOther(photographs['cat.jpg'], photographs['dog.jpg']);

export const dogSideways: Recipe = (photographs) =>
  sharp(photographs['dog.jpg']).rotate(SIDEWAYS_DEGREES).linear(DUSK, 0).jpeg(JPEG).toBuffer();

export const largeCat: Recipe = (photographs) =>
  sharp(photographs['cat.jpg']).resize({ width: LARGE_WIDTH }).png({ compressionLevel: 6 }).toBuffer();

export const truncatedCat: Recipe = ({ 'cat.jpg': cat }) =>
  Promise.resolve(cat.subarray(0, Math.floor(cat.length * ARRIVED)));

export const textWithPicturesName: Recipe = () =>
  Promise.resolve(Buffer.from('This is a text, whatever its name says.\n'));
