import sharp from 'sharp';

const canvas = { create: { width: 120, height: 90, channels: 3, background: '#a37b4f' } } as const;

/** A plain picture that every check accepts, with GPS metadata that must not survive. */
export const jpegPicture = (): Promise<Buffer> =>
  sharp(canvas)
    .withExif({ IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' } })
    .jpeg()
    .toBuffer();

export const pngPicture = (): Promise<Buffer> => sharp(canvas).png().toBuffer();
