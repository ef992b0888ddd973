import zlib from 'node:zlib';
import exifr from 'exifr';
import sharp, { type Sharp } from 'sharp';
import type { ImageFormat } from '../../../lambda/domain/category';
import { orientationBlock } from '../../../lambda/domain/exif-orientation';
import { PictureFault } from '../../../lambda/domain/picture-fault';
import { stripMetadata } from '../../../lambda/domain/strip-metadata';
import {
  ascii,
  blackPng,
  chunk,
  chunksOf,
  header,
  insertAfterSoi,
  jpegSegment,
  offsetOfMarker,
  pngOf,
  splice,
  withChunksBefore,
} from '../../support/picture-surgery';
import { basePictures, gradient } from '../../support/hostile/base-pictures';

const SECRET = 'Jane Roe, 1 Main Street';
const [COMMENT, APP0, APP1, APP2, APP13, APP14] = [0xfe, 0xe0, 0xe1, 0xe2, 0xed, 0xee];
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
    'keeps orientation %i, the colours of the profile, and every pixel',
    async (orientation) => {
      const original = await encode(camera(orientation), format);
      const stripped = stripMetadata(original, format);
      const [before, after] = [await sharp(original).metadata(), await sharp(stripped).metadata()];
      expect(before.icc).toBeDefined();
      expect(after).toMatchObject({
        orientation,
        width: before.width,
        height: before.height,
      });
      expect(after.icc).toBeDefined();
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
    expect(() => stripMetadata(original.subarray(0, -20), format)).toThrow(PictureFault);
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

describe('a colour profile', () => {
  /** As a reader that knows of profiles shows it: converted to sRGB by Little CMS. */
  const colours = (file: Uint8Array): Promise<Buffer> => sharp(file).toColourspace('srgb').raw().toBuffer();
  const profileOf = async (file: Uint8Array): Promise<Buffer> =>
    (await sharp(file).metadata()).icc ?? Buffer.alloc(0);
  const segmentsOf = (profile: Buffer, ...order: number[]): Buffer => {
    const size = Math.ceil(profile.length / order.length);
    return Buffer.concat(
      order.map((number) =>
        jpegSegment(
          APP2,
          Buffer.concat([
            ascii('ICC_PROFILE\0'),
            Buffer.from([number, order.length]),
            profile.subarray((number - 1) * size, number * size),
          ]),
        ),
      ),
    );
  };
  const bare = () => gradient().jpeg().toBuffer();

  test.each([
    ['p3', 'jpg'],
    ['p3', 'png'],
    ['srgb', 'jpg'],
    ['srgb', 'png'],
  ] as const)(
    '%s in a %s shows the same colours, and says nothing of who made it when',
    async (name, format) => {
      const original = await encode(gradient().withIccProfile(name), format);
      const stripped = stripMetadata(original, format);
      const profile = await profileOf(stripped);
      expect(await colours(stripped)).toEqual(await colours(original));
      expect(profile.subarray(24, 36)).toEqual(Buffer.alloc(12));
      expect(profile.subarray(84, 128)).toEqual(Buffer.alloc(44));
      for (const text of ['CC0', 'saws', 'copyright', 'sRGB'].filter(
        (word) => !profile.subarray(0, 40).includes(word),
      ))
        expect([
          text,
          profile.includes(text),
          profile.includes(Buffer.from(text, 'utf16le').swap16()),
        ]).toEqual([text, false, false]);
      expect(stripMetadata(stripped, format)).toEqual(stripped);
    },
  );

  test('makes a difference to the colours at all: the comparison above can fail', async () => {
    const profile = await profileOf(await encode(gradient().withIccProfile('p3'), 'jpg'));
    const profiled = stripMetadata(insertAfterSoi(await bare(), segmentsOf(profile, 1)), 'jpg');
    expect(await colours(profiled)).not.toEqual(await colours(await bare()));
  });

  test.each([
    ['in order', [1, 2, 3]],
    ['out of order', [3, 1, 2]],
  ])('in parts %s is kept', async (_case, order) => {
    const profile = await profileOf(await encode(gradient().withIccProfile('p3'), 'jpg'));
    const stripped = stripMetadata(insertAfterSoi(await bare(), segmentsOf(profile, ...order)), 'jpg');
    const whole = stripMetadata(insertAfterSoi(await bare(), segmentsOf(profile, 1)), 'jpg');
    expect(await profileOf(stripped)).toEqual(await profileOf(whole));
    expect((await profileOf(whole)).length).toBeGreaterThan(0);
  });

  test('with padding behind it is kept, and one with parts missing or doubled is none', async () => {
    const profile = await profileOf(await encode(gradient().withIccProfile('p3'), 'jpg'));
    const strip = async (segments: Buffer) =>
      (await profileOf(stripMetadata(insertAfterSoi(await bare(), segments), 'jpg'))).length;
    expect(await strip(segmentsOf(Buffer.concat([profile, Buffer.alloc(7)]), 1))).toBeGreaterThan(0);
    const [first, second] = [segmentsOf(profile, 1, 2), segmentsOf(profile, 2, 1)];
    expect(await strip(first.subarray(0, first.length / 2))).toBe(0);
    expect(await strip(Buffer.concat([first, second]))).toBe(0);
  });

  test('whose compressed stream lacks its end is kept, as decoders use it', async () => {
    const chunks = chunksOf(await encode(gradient().withIccProfile('p3'), 'png'));
    const cut = pngOf(
      chunks.map((part) => (part.type === 'iCCP' ? chunk('iCCP', part.data.subarray(0, -4)) : part)),
    );
    expect((await profileOf(stripMetadata(cut, 'png'))).length).toBeGreaterThan(0);
  });

  test('whose chunk or stream has a wrong checksum is kept, as libpng uses it', async () => {
    const original = await encode(gradient().withIccProfile('p3'), 'png');
    const at =
      original.indexOf('iCCP') +
      4 +
      (chunksOf(original).find(({ type }) => type === 'iCCP')?.data.length ?? 0);
    for (const offset of [at, at - 1]) {
      const file = Buffer.from(original);
      file.writeUInt8(file.readUInt8(offset) ^ 1, offset);
      expect(await colours(stripMetadata(file, 'png'))).toEqual(await colours(file));
      expect((await profileOf(stripMetadata(file, 'png'))).length).toBeGreaterThan(0);
    }
  });

  /** A profile whose tags point at overlapping elements: each written once again, it would be many times as long. */
  function overlappingProfile(size: number): Buffer {
    const tags = [
      'wtpt',
      'bkpt',
      'chad',
      'rXYZ',
      'gXYZ',
      'bXYZ',
      'rTRC',
      'gTRC',
      'bTRC',
      'A2B0',
      'A2B1',
      'B2A0',
    ];
    const table = 132 + tags.length * 12;
    const profile = Buffer.alloc(table + size, 0x5a);
    profile.writeUInt32BE(profile.length, 0);
    profile.write('acsp', 36, 'latin1');
    profile.writeUInt32BE(tags.length, 128);
    for (const [index, tag] of tags.entries()) {
      const offset = table + index * 8;
      profile.write(tag, 132 + index * 12, 'latin1');
      profile.writeUInt32BE(offset, 136 + index * 12);
      profile.writeUInt32BE(profile.length - offset, 140 + index * 12);
      profile.write('curv', offset, 'latin1');
    }
    return profile;
  }

  test.each(['jpg', 'png'] as const)(
    'whose elements overlap is dropped from a %s: it would outgrow the file',
    async (format) => {
      const { jpeg, png } = await basePictures();
      const profile = overlappingProfile(60_000);
      const file =
        format === 'jpg'
          ? insertAfterSoi(jpeg, segmentsOf(profile, 1))
          : withChunksBefore(
              png,
              'IDAT',
              chunk('iCCP', Buffer.concat([ascii('n\0\0'), zlib.deflateSync(profile)])),
            );
      const stripped = stripMetadata(file, format);
      expect(stripped.length).toBeLessThan(file.length);
      expect(await profileOf(stripped)).toHaveLength(0);
      expect(await pixels(stripped)).toEqual(await pixels(format === 'jpg' ? jpeg : png));
    },
  );

  test('that holds a text behind the numbers of an element, or where they are reserved, loses it', async () => {
    const given = await profileOf(await encode(gradient().withIccProfile('p3'), 'jpg'));
    const text = ascii('SN-4711-JANE');
    const entries = Array.from({ length: given.readUInt32BE(128) }, (_, index) => 132 + index * 12);
    for (const tag of ['wtpt', 'rXYZ', 'chad', 'rTRC']) {
      const entry = entries.find((at) => given.toString('latin1', at, at + 4) === tag) ?? 0;
      const [from, length] = [given.readUInt32BE(entry + 4), given.readUInt32BE(entry + 8)];
      // The element stands at the end, with something behind its numbers.
      const profile = Buffer.concat([given, given.subarray(from, from + length), text]);
      profile.writeUInt32BE(profile.length, 0);
      profile.writeUInt32BE(given.length, entry + 4);
      profile.writeUInt32BE(length + text.length, entry + 8);
      text.copy(profile, given.length + 4, 0, 4);
      const stripped = Buffer.from(
        stripMetadata(insertAfterSoi(await bare(), segmentsOf(profile, 1)), 'jpg'),
      );
      const kept = await profileOf(stripped);
      expect([tag, kept.includes('JANE'), kept.includes('SN-4'), kept.length > 0]).toEqual([
        tag,
        false,
        false,
        true,
      ]);
      const clean = stripMetadata(insertAfterSoi(await bare(), segmentsOf(given, 1)), 'jpg');
      expect(await colours(stripped)).toEqual(await colours(clean));
    }
  });

  test('of which one tag lies beyond its end is kept without it, as Little CMS uses it', async () => {
    const profile = Buffer.from(await profileOf(await encode(gradient().withIccProfile('p3'), 'jpg')));
    const entry = Array.from({ length: profile.readUInt32BE(128) }, (_, index) => 132 + index * 12).find(
      (at) => profile.toString('latin1', at, at + 4) === 'chad',
    );
    profile.writeUInt32BE(0x63c2_0000, (entry ?? 0) + 8);
    const file = insertAfterSoi(await bare(), segmentsOf(profile, 1));
    expect(await colours(stripMetadata(file, 'jpg'))).toEqual(await colours(file));
    expect((await profileOf(stripMetadata(file, 'jpg'))).length).toBeGreaterThan(0);
  });

  test('counts by what stands before the first scan: a part of another behind it changes nothing, nor do EXIF and Adobe’s segment', async () => {
    const profile = await profileOf(await encode(gradient().withIccProfile('p3'), 'jpg'));
    const progressive = await gradient().jpeg({ progressive: true }).toBuffer();
    const original = insertAfterSoi(
      progressive,
      segmentsOf(profile, 1),
      jpegSegment(APP14, ascii('Adobe\0\x64\0\0\0\0\x01')),
    );
    const second = original.indexOf(Buffer.from([0xff, 0xda]), offsetOfMarker(original, 0xda) + 2);
    const late = Buffer.concat([
      segmentsOf(profile, 1),
      jpegSegment(APP14, ascii('Adobe\0\x64\0\0\0\0\0')),
      jpegSegment(APP1, Buffer.concat([ascii('Exif\0\0'), orientationBlock(6)])),
    ]);
    const file = splice(original, second, late);
    const stripped = stripMetadata(file, 'jpg');
    expect(stripped).toEqual(stripMetadata(original, 'jpg'));
    expect(await colours(stripped)).toEqual(await colours(file));
  });

  test('that holds a serial number in a tag of its own or in a text loses it', async () => {
    const profile = Buffer.from(await profileOf(await encode(gradient().withIccProfile('p3'), 'jpg')));
    // The copyright's element gets a text in place of what it said, and its tag a maker's name.
    const entries = profile.readUInt32BE(128);
    const at = Array.from({ length: entries }, (_, index) => 132 + index * 12).find(
      (entry) => profile.toString('latin1', entry, entry + 4) === 'cprt',
    );
    if (at === undefined) throw new RangeError('the profile has no copyright');
    for (const tag of ['cprt', 'SNum']) {
      profile.write(tag, at, 'latin1');
      profile.write('SN-4711-JANE', profile.readUInt32BE(at + 4) + 8, 'latin1');
      const file = insertAfterSoi(await bare(), segmentsOf(profile, 1));
      const stripped = Buffer.from(stripMetadata(file, 'jpg'));
      expect([file.includes('SN-4711'), stripped.includes('SN-4711')]).toEqual([true, false]);
      expect((await profileOf(stripped)).length).toBeGreaterThan(0);
    }
  });
});

describe('work for what a client may send over and over is done once', () => {
  const inflate = jest.spyOn(zlib, 'inflateRawSync');
  beforeEach(() => inflate.mockClear());

  test.each([
    ['empty', Buffer.alloc(0)],
    ['of no stream', ascii('x\0\0')],
    ['of a broken stream', Buffer.concat([ascii('x\0\0\x78\x9c'), Buffer.alloc(100, 0xff)])],
  ])('one inflation for 20,000 iCCP chunks, %s', async (_case, data) => {
    const { png } = await basePictures();
    const many = Array.from({ length: 20_000 }, () => chunk('iCCP', data));
    const stripped = stripMetadata(withChunksBefore(png, 'IDAT', ...many), 'png');
    expect(inflate.mock.calls.length).toBeLessThanOrEqual(1);
    expect(chunksOf(Buffer.from(stripped)).map(({ type }) => type)).not.toContain('iCCP');
  });

  test.each(['png', 'jpg'] as const)('a %s of more parts than any picture has is refused', async (format) => {
    const base = await basePictures();
    const file =
      format === 'png'
        ? withChunksBefore(
            base.png,
            'IDAT',
            ...Array.from({ length: 65_536 }, () => chunk('tEXt', ascii('a\0'))),
          )
        : insertAfterSoi(base.jpeg, Buffer.alloc(4 * 4096, jpegSegment(COMMENT, Buffer.alloc(0))));
    expect(() => stripMetadata(file, format)).toThrow(PictureFault);
  });
});

describe('what decoders skip is not kept and does not refuse a picture', () => {
  test.each([
    ['bytes between segments', ascii(SECRET)],
    ['a restart marker before the frame', Buffer.from([0xff, 0xd0])],
    ['a line count', jpegSegment(0xdc, ascii('Ja'))],
  ])('%s', async (_case, stray) => {
    const { jpeg } = await basePictures();
    const file = insertAfterSoi(jpeg, jpegSegment(COMMENT, Buffer.alloc(1)), stray);
    const stripped = Buffer.from(stripMetadata(file, 'jpg'));
    expect(stripped.includes(stray)).toBe(false);
    expect(await pixels(stripped)).toEqual(await pixels(jpeg));
  });

  test('a text with a wrong checksum in a PNG', async () => {
    const { png } = await basePictures();
    const file = withChunksBefore(png, 'IDAT', chunk('tEXt', ascii(`a\0${SECRET}`)));
    const at = file.indexOf(SECRET) + SECRET.length;
    file.writeUInt8(file.readUInt8(at) ^ 1, at);
    expect(await pixels(stripMetadata(file, 'png'))).toEqual(await pixels(png));
  });

  test.each([
    ['gAMA', 3],
    ['cHRM', 31],
    ['sBIT', 4],
    ['bKGD', 5],
    ['tRNS', 7],
    ['PLTE', 4],
  ])('a %s chunk of %i bytes, which is not its length, is dropped', async (type, length) => {
    const file = withChunksBefore((await basePictures()).png, 'IDAT', chunk(type, Buffer.alloc(length, 1)));
    const kept = chunksOf(Buffer.from(stripMetadata(file, 'png'))).map((part) => part.type);
    expect(kept).not.toContain(type);
  });

  test('orientation written as LONG is read, and of two EXIF segments the first counts', async () => {
    const { jpeg } = await basePictures();
    const exif = (orientation: number, type: number): Buffer => {
      const block = Buffer.from(orientationBlock(orientation));
      block.writeUInt16BE(type, 12);
      if (type === 4) block.writeUInt32BE(orientation, 18);
      return jpegSegment(APP1, Buffer.concat([ascii('Exif\0\0'), block]));
    };
    const orientationOf = async (file: Buffer) =>
      (await sharp(stripMetadata(file, 'jpg')).metadata()).orientation;
    expect(await orientationOf(insertAfterSoi(jpeg, exif(6, 4)))).toBe(6);
    const two = insertAfterSoi(jpeg, Buffer.concat([exif(3, 3), exif(6, 3)]));
    expect(await orientationOf(two)).toBe((await sharp(two).metadata()).orientation);
    expect(await orientationOf(two)).toBe(3);
  });
});

describe('what no scan and no pixel refers to is not kept', () => {
  const [SOS, DHT, DQT, DRI, APP14] = [0xda, 0xc4, 0xdb, 0xdd, 0xee];
  const filled = (length: number): Buffer => Buffer.alloc(length, SECRET);
  const quantization = (number: number, is16Bit = false): Buffer =>
    jpegSegment(DQT, Buffer.concat([Buffer.from([(is16Bit ? 16 : 0) | number]), filled(is16Bit ? 128 : 64)]));
  /** Two codes of five bits and so many of sixteen. */
  const huffman = (head: number): Buffer =>
    jpegSegment(
      DHT,
      Buffer.concat([Buffer.from([head, 0, 0, 0, 0, 2, ...Array<number>(10).fill(0), 200]), filled(202)]),
    );

  test.each([
    ['a quantization table of another number', quantization(3)],
    ['one of 16 bits', quantization(2, true)],
    ['a Huffman table of another number', huffman(0x13)],
    ['one for DC', huffman(0x03)],
    ['a hundred of them', Buffer.concat(Array.from({ length: 100 }, () => huffman(0x12)))],
    ['a quantization table that the file replaces before any scan', quantization(0)],
    ['a restart interval that the file replaces', jpegSegment(DRI, ascii('Ja'))],
  ])('%s', async (_case, table) => {
    const { jpeg } = await basePictures();
    const interval = jpegSegment(DRI, Buffer.from([0, 0]));
    const file = insertAfterSoi(jpeg, table, interval);
    const stripped = Buffer.from(stripMetadata(file, 'jpg'));
    expect(stripped).toEqual(Buffer.from(stripMetadata(insertAfterSoi(jpeg, interval), 'jpg')));
    expect(await pixels(stripped)).toEqual(await pixels(jpeg));
    expect(await pixels(file)).toEqual(await pixels(jpeg));
  });

  test('a table between scans that none behind it takes, and not the tables that one takes', async () => {
    const { progressiveJpeg } = await basePictures();
    const at = progressiveJpeg.indexOf(Buffer.from([0xff, SOS]), offsetOfMarker(progressiveJpeg, SOS) + 2);
    const file = splice(progressiveJpeg, at, Buffer.concat([quantization(0), huffman(0x13)]));
    const stripped = Buffer.from(stripMetadata(file, 'jpg'));
    expect(stripped).toEqual(Buffer.from(stripMetadata(progressiveJpeg, 'jpg')));
    expect(await pixels(stripped)).toEqual(await pixels(progressiveJpeg));
  });

  test('what a sequential scan says of its coefficients, and of Adobe’s segments all but the last', async () => {
    const { jpeg } = await basePictures();
    const scan = offsetOfMarker(jpeg, SOS);
    const file = Buffer.from(jpeg);
    file.write('Jan', scan + 11, 'latin1');
    const adobe = (transform: number): Buffer =>
      jpegSegment(APP14, Buffer.concat([ascii('Adobe\0\x64\0\0\0\0'), Buffer.from([transform])]));
    const many = insertAfterSoi(file, ...[...ascii(SECRET)].map(adobe), adobe(1));
    const stripped = Buffer.from(stripMetadata(many, 'jpg'));
    expect(stripped).toEqual(Buffer.from(stripMetadata(insertAfterSoi(jpeg, adobe(1)), 'jpg')));
    expect(stripped.includes('Jan')).toBe(false);
  });

  test('colours of a palette that no pixel can name, and a palette of a picture that has none', async () => {
    const { png } = await basePictures();
    const shape = { width: 100, height: 100, bitDepth: 1 };
    const palette = chunk('PLTE', Buffer.concat([Buffer.from([1, 2, 3, 4, 5, 6]), filled(762)]));
    const original = blackPng(shape);
    const [, data, end] = chunksOf(original);
    if (!data || !end) throw new RangeError('no picture data');
    const file = pngOf([header({ ...shape, colourType: 3 }), palette, data, end]);
    const stripped = Buffer.from(stripMetadata(file, 'png'));
    expect(chunksOf(stripped).find(({ type }) => type === 'PLTE')?.data).toHaveLength(6);
    expect(await pixels(stripped)).toEqual(await pixels(file));
    const hinted = withChunksBefore(png, 'IDAT', chunk('PLTE', filled(768)));
    expect(Buffer.from(stripMetadata(hinted, 'png')).includes(SECRET)).toBe(false);
    expect(await pixels(stripMetadata(hinted, 'png'))).toEqual(await pixels(hinted));
  });

  test('transparencies of more colours than there are, which decoders take for none', async () => {
    const shape = { width: 100, height: 100, bitDepth: 1 };
    const data = chunksOf(blackPng(shape)).slice(1);
    const palette = chunk('PLTE', Buffer.from([1, 2, 3, 4, 5, 6]));
    const file = pngOf([header({ ...shape, colourType: 3 }), palette, chunk('tRNS', filled(256)), ...data]);
    const stripped = Buffer.from(stripMetadata(file, 'png'));
    expect(stripped.includes('tRNS')).toBe(false);
    expect(await pixels(stripped)).toEqual(await pixels(file));
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
