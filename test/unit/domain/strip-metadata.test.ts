import exifr from 'exifr';
import sharp, { type Sharp } from 'sharp';
import type { ImageFormat } from '../../../lambda/domain/category';
import { PictureFault } from '../../../lambda/domain/picture-fault';
import { stripMetadata } from '../../../lambda/domain/strip-metadata';
import {
  ascii,
  chunk,
  chunksOf,
  insertAfterSoi,
  jpegSegment,
  pngOf,
  withChunksBefore,
} from '../../support/picture-surgery';
import { basePictures, gradient } from '../../support/hostile/base-pictures';

const SECRET = 'Jane Roe, 1 Main Street';
const [COMMENT, APP0, APP1, APP2, APP13] = [0xfe, 0xe0, 0xe1, 0xe2, 0xed];
const XMP = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:creator="${SECRET}"/></rdf:RDF></x:xmpmeta>`;

/** A camera's picture: position, owner, XMP, orientation and profile. */
const camera = (orientation: number, profile: 'p3' | 'srgb' = 'p3'): Sharp =>
  gradient()
    .withIccProfile(profile)
    .withExif({
      IFD0: { Make: 'Acme', Copyright: SECRET, Orientation: String(orientation) },
      IFD3: {
        GPSLatitudeRef: 'N',
        GPSLatitude: '51/1 30/1 3230/100',
        GPSLongitudeRef: 'W',
        GPSLongitude: '0/1 7/1 4366/100',
      },
    })
    .withXmp(XMP)
    .withMetadata({ orientation });

const pixels = (file: Uint8Array): Promise<Buffer> => sharp(file).raw().toBuffer();
const everything = {
  tiff: true,
  exif: true,
  gps: true,
  xmp: true,
  iptc: true,
  icc: true,
  jfif: true,
  ihdr: true,
};
const encode = (picture: Sharp, format: ImageFormat): Promise<Buffer> =>
  (format === 'jpg' ? picture.jpeg() : picture.png()).toBuffer();

describe.each(['jpg', 'png'] as const)('stripMetadata of a %s', (format) => {
  test('Given a picture with its position, when it is stripped, then no reader finds the position or the owner', async () => {
    const original = await encode(camera(6), format);
    expect(await exifr.gps(original)).toMatchObject({ latitude: expect.closeTo(51.5, 1) as number });
    expect(original.includes(SECRET)).toBe(true);

    const stripped = Buffer.from(stripMetadata(original, format));

    expect(await exifr.gps(stripped)).toBeUndefined();
    const found = (await exifr.parse(stripped, {
      ...everything,
      translateKeys: false,
      mergeOutput: false,
    })) as {
      ifd0: object;
      gps?: object;
      xmp?: object;
      iptc?: object;
      exif?: object;
    };
    expect(Object.keys(found.ifd0)).toEqual([String(0x0112)]);
    expect([found.gps, found.xmp, found.iptc, found.exif]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(stripped.includes(SECRET)).toBe(false);
    expect(stripped.includes('Acme')).toBe(false);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'keeps orientation %i, the profile and every pixel',
    async (orientation) => {
      const original = await encode(camera(orientation), format);
      const stripped = stripMetadata(original, format);
      const [before, after] = [await sharp(original).metadata(), await sharp(stripped).metadata()];
      expect(before.icc).toBeDefined();
      expect(after).toMatchObject({
        orientation,
        icc: before.icc,
        width: before.width,
        height: before.height,
      });
      expect(await exifr.orientation(Buffer.from(stripped))).toBe(orientation);
      expect(await pixels(stripped)).toEqual(await pixels(original));
    },
  );

  test('is deterministic, changes nothing the second time, and drops what stands behind the end', async () => {
    const original = await encode(camera(3), format);
    const stripped = stripMetadata(original, format);
    expect(stripMetadata(Buffer.concat([original, ascii(SECRET)]), format)).toEqual(stripped);
    expect(stripMetadata(stripped, format)).toEqual(stripped);
  });

  test('adds no orientation where there was none', async () => {
    const stripped = stripMetadata(await encode(gradient(), format), format);
    expect((await sharp(stripped).metadata()).orientation).toBeUndefined();
  });

  test('refuses a cut file with a typed error', async () => {
    const original = await encode(gradient(), format);
    expect(() => stripMetadata(original.subarray(0, -1), format)).toThrow(PictureFault);
  });
});

describe('pixels are the same after stripping', () => {
  test.each([
    ['progressiveJpeg', 'jpg'],
    ['cmykJpeg', 'jpg'],
    ['greyJpeg', 'jpg'],
    ['palettePng', 'png'],
    ['interlacedPng', 'png'],
    ['deepPng', 'png'],
  ] as const)('of a %s', async (name, format) => {
    const original = (await basePictures())[name];
    const stripped = stripMetadata(original, format);
    expect(await pixels(stripped)).toEqual(await pixels(original));
    expect((await sharp(stripped).metadata()).space).toBe((await sharp(original).metadata()).space);
  });

  test('of a JPEG whose components Adobe’s segment calls RGB', async () => {
    const { jpeg } = await basePictures();
    // Without a JFIF header (sharp writes none) the decoder believes Adobe's transform 0: the components are RGB.
    expect(jpeg.includes('JFIF')).toBe(false);
    const rgb = insertAfterSoi(jpeg, jpegSegment(0xee, ascii('Adobe\0\x64\0\0\0\0\0')));
    expect(await pixels(rgb)).not.toEqual(await pixels(jpeg));
    expect(await pixels(stripMetadata(rgb, 'jpg'))).toEqual(await pixels(rgb));
  });

  test('of a PNG with transparency, gamma and density', async () => {
    const original = await gradient()
      .ensureAlpha(0.5)
      .png({ palette: true })
      .withMetadata({ density: 300 })
      .toBuffer();
    const stripped = stripMetadata(original, 'png');
    expect(await pixels(stripped)).toEqual(await pixels(original));
    expect((await sharp(stripped).metadata()).density).toBe((await sharp(original).metadata()).density);
  });
});

describe('nothing readable is left', () => {
  const hidden = ascii(SECRET);

  test.each([
    ['a comment', jpegSegment(COMMENT, hidden)],
    ['an IPTC block', jpegSegment(APP13, Buffer.concat([ascii('Photoshop 3.0\0'), hidden]))],
    [
      'extended XMP',
      jpegSegment(APP1, Buffer.concat([ascii('http://ns.adobe.com/xmp/extension/\0'), hidden])),
    ],
    ['an unknown application segment', jpegSegment(0xe7, hidden)],
    ['content credentials', jpegSegment(0xeb, hidden)],
    [
      'a second JFIF segment',
      jpegSegment(APP0, Buffer.concat([ascii('JFIF\0\x01\x02\0\0\x01\0\x01\0\0'), hidden])),
    ],
    ['a JFXX thumbnail', jpegSegment(APP0, Buffer.concat([ascii('JFXX\0'), hidden]))],
    ['an index of more pictures', jpegSegment(APP2, Buffer.concat([ascii('MPF\0'), hidden]))],
    [
      'something that only claims to be a profile',
      jpegSegment(APP2, Buffer.concat([ascii('ICC_PROFILE\0\x01\x01'), hidden])),
    ],
    ['a long Adobe segment', jpegSegment(0xee, Buffer.concat([ascii('Adobe\0\x64\0\0\0\0\x01'), hidden]))],
    ['a reserved segment', jpegSegment(0xf5, hidden)],
    ['broken EXIF', jpegSegment(APP1, Buffer.concat([ascii('Exif\0\0'), hidden]))],
  ])('of %s', async (_, segment) => {
    const file = insertAfterSoi((await basePictures()).jpeg, segment);
    expect(file.includes(SECRET)).toBe(true);
    expect(Buffer.from(stripMetadata(file, 'jpg')).includes(SECRET)).toBe(false);
  });

  test('of the thumbnail inside the JFIF segment', async () => {
    const { jpeg } = await basePictures();
    const jfif = Buffer.concat([ascii('JFIF\0\x01\x02\0\0\x01\0\x01\x09\x01'), hidden]);
    const file = insertAfterSoi(jpeg, jpegSegment(APP0, jfif));
    const stripped = Buffer.from(stripMetadata(file, 'jpg'));
    expect(stripped.includes('JFIF')).toBe(true);
    expect(await pixels(stripped)).toEqual(await pixels(jpeg));
    expect(stripped.includes(SECRET)).toBe(false);
  });

  test.each(['tEXt', 'zTXt', 'iTXt', 'tIME', 'eXIf', 'iCCP', 'sPLT', 'pHYs', 'gAMA', 'teSt', 'caBX'])(
    'of a PNG’s %s chunk',
    async (type) => {
      const file = withChunksBefore((await basePictures()).png, 'IDAT', chunk(type, hidden));
      const stripped = Buffer.from(stripMetadata(file, 'png'));
      expect(file.includes(SECRET)).toBe(true);
      expect(stripped.includes(SECRET)).toBe(false);
    },
  );

  test('of a second chunk of a kind that a picture has once', async () => {
    const [first, second] = [chunk('gAMA', ascii('\0\0\xb1\x8f')), chunk('gAMA', ascii('Jane'))];
    const file = withChunksBefore((await basePictures()).png, 'IDAT', first, second);
    const kept = chunksOf(Buffer.from(stripMetadata(file, 'png'))).filter(({ type }) => type === 'gAMA');
    expect(kept).toEqual([first]);
  });

  test('of the name of a PNG’s profile, nor behind its compressed data', async () => {
    const chunks = chunksOf(await encode(camera(1), 'png'));
    const profile = chunks.find(({ type }) => type === 'iCCP')?.data ?? Buffer.alloc(0);
    const stream = profile.subarray(profile.indexOf(0));
    const named = (data: Buffer): Buffer =>
      pngOf(chunks.map((part) => (part.type === 'iCCP' ? chunk('iCCP', data) : part)));

    const renamed = Buffer.from(stripMetadata(named(Buffer.concat([hidden, stream])), 'png'));
    expect(renamed.includes(SECRET)).toBe(false);
    expect((await sharp(renamed).metadata()).icc).toBeDefined();

    const appended = Buffer.from(stripMetadata(named(Buffer.concat([profile, hidden])), 'png'));
    expect(appended.includes(SECRET)).toBe(false);
  });
});
