import { sniffPicture } from '../../../lambda/domain/sniff-picture';
import { stripMetadata } from '../../../lambda/domain/strip-metadata';
import { basePictures, gradient, HEIGHT, WIDTH } from '../../support/hostile/base-pictures';
import {
  blackPng,
  jpegSegment,
  offsetOfMarker,
  splice,
  withJpegDimensions,
} from '../../support/picture-surgery';

/** What is expected of every kind of fault stands in the corpus of hostile pictures; here is what holds in general. */
describe('sniffing a picture', () => {
  test.each([
    ['jpeg', 'jpg'],
    ['progressiveJpeg', 'jpg'],
    ['cmykJpeg', 'jpg'],
    ['greyJpeg', 'jpg'],
    ['png', 'png'],
    ['palettePng', 'png'],
    ['interlacedPng', 'png'],
    ['deepPng', 'png'],
  ] as const)('reads the dimensions of a sound %s', async (name, format) => {
    expect(sniffPicture((await basePictures())[name], format)).toEqual({
      accepted: true,
      picture: { format, width: WIDTH, height: HEIGHT },
    });
  });

  test('tells width from height', () => {
    expect(sniffPicture(blackPng({ width: 300, height: 90 }), 'png')).toMatchObject({
      picture: { width: 300, height: 90 },
    });
  });

  /** What is said of the picture cut at its bytes; the last of them are all tried. */
  function resultsOfCuts(whole: Buffer, format: 'jpg' | 'png', step = 1): string[] {
    const results: string[] = [];
    for (let length = 1; length < whole.length; length += length > whole.length - 40 ? 1 : step) {
      // A copy of its own: behind a part of a Node buffer the rest of the picture would still be in reach.
      const result = sniffPicture(new Uint8Array(whole.subarray(0, length)), format);
      results.push(result.accepted ? `accepted at ${whole.length - length}` : result.reason);
    }
    return results;
  }
  const small = gradient(80, 80);

  test('finds a PNG cut at any byte, and one whole again', async () => {
    const whole = await small.clone().png({ palette: true }).toBuffer();
    expect([...new Set(resultsOfCuts(whole, 'png'))]).toEqual(['truncated']);
    expect(sniffPicture(whole, 'png').accepted).toBe(true);
  });

  test.each([
    ['of three components', small.clone().jpeg({ quality: 20 })],
    ['of finer colours', small.clone().jpeg({ quality: 90, chromaSubsampling: '4:4:4' })],
    ['of one component', small.clone().greyscale().jpeg({ quality: 50 })],
    ['of odd size', gradient(97, 83).jpeg({ quality: 60 })],
  ])(
    'finds a JPEG %s cut at any byte, and takes one that lacks its end marker alone',
    async (_case, picture) => {
      const whole = await picture.toBuffer();
      const results = resultsOfCuts(whole, 'jpg');
      expect(results.slice(-2)).toEqual(['accepted at 2', 'accepted at 1']);
      expect([...new Set(results.slice(0, -2))]).toEqual(['truncated']);
    },
  );

  test('finds a progressive JPEG cut at any byte: whether its last scan is whole only decoding could tell', async () => {
    const whole = await small.clone().jpeg({ quality: 20, progressive: true }).toBuffer();
    expect([...new Set(resultsOfCuts(whole, 'jpg', 5))]).toEqual(['truncated']);
  });

  test.each([
    ['a segment beyond the file', Buffer.from([0xff, 0xdc, 0xff, 0xff])],
    ['a reserved marker', Buffer.from([0xff, 0xae, 0, 4, 0, 0])],
    ['bytes without a marker', Buffer.from('Jane Roe')],
  ])('takes a whole JPEG followed by %s instead of its end', async (_case, nonsense) => {
    const whole = await small.clone().jpeg().toBuffer();
    const file = Buffer.concat([whole.subarray(0, -2), nonsense]);
    expect(sniffPicture(file, 'jpg').accepted).toBe(true);
    expect(Buffer.from(stripMetadata(file, 'jpg'))).toEqual(Buffer.from(stripMetadata(whole, 'jpg')));
    const cut = Buffer.concat([whole.subarray(0, -20), nonsense]);
    expect(sniffPicture(cut, 'jpg').accepted).toBe(false);
  });

  test('counts restart intervals', async () => {
    const { jpeg } = await basePictures();
    const scan = offsetOfMarker(jpeg, 0xda);
    // An interval longer than the picture needs no marker; one of a single unit needs them all.
    const withInterval = (units: number): Buffer =>
      splice(jpeg.subarray(0, -2), scan, jpegSegment(0xdd, Buffer.from([units >> 8, units & 255])));
    expect(sniffPicture(withInterval(0xffff), 'jpg').accepted).toBe(true);
    expect(sniffPicture(withInterval(1), 'jpg').accepted).toBe(false);
  });

  test('reads a picture that stands within a larger buffer', async () => {
    const { png, jpeg } = await basePictures();
    const pool = Buffer.concat([Buffer.alloc(7, 0xff), png, jpeg]);
    expect(sniffPicture(pool.subarray(7, 7 + png.length), 'png').accepted).toBe(true);
    expect(sniffPicture(pool.subarray(7 + png.length), 'jpg').accepted).toBe(true);
  });

  test.each([
    [79, 80, 'too-small'],
    [80, 80, undefined],
    [10_000, 80, undefined],
    [10_001, 80, 'dimensions-too-large'],
    [80, 10_001, 'dimensions-too-large'],
    [79, 10_001, 'too-small'],
  ])('a JPEG of %i × %i: %p', async (width, height, reason) => {
    const result = sniffPicture(withJpegDimensions((await basePictures()).jpeg, width, height), 'jpg');
    expect(result.accepted ? undefined : result.reason).toBe(reason);
  });

  test('says nothing of the content in its details', async () => {
    const { png } = await basePictures();
    const named = Buffer.concat([Buffer.from('<svg>Jane Roe</svg>'), png]);
    const result = sniffPicture(named, 'jpg');
    expect(result).toEqual({
      accepted: false,
      reason: 'unsupported-format',
      detail: 'SVG; send JPEG or PNG',
    });
  });
});
