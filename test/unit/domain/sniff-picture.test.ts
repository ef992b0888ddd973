import { sniffPicture } from '../../../lambda/domain/sniff-picture';
import { basePictures, gradient, HEIGHT, WIDTH } from '../../support/hostile/base-pictures';
import { blackPng, withJpegDimensions } from '../../support/picture-surgery';

/** What is expected of every kind of fault stands in the corpus of hostile pictures; here is what holds in general. */
describe('sniffPicture', () => {
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

  test.each(['jpg', 'png'] as const)('finds a %s cut at any byte, and one whole again', async (format) => {
    const picture = gradient(80, 80);
    const whole = await (
      format === 'jpg' ? picture.jpeg({ quality: 20 }) : picture.png({ palette: true })
    ).toBuffer();
    const reasons = new Set<string>();
    for (let length = 1; length < whole.length; length++) {
      // A copy of its own: behind a part of a Node buffer the rest of the picture would still be in reach.
      const verdict = sniffPicture(Uint8Array.from(whole.subarray(0, length)), format);
      reasons.add(verdict.accepted ? `accepted at ${length}` : verdict.reason);
    }
    expect([...reasons]).toEqual(['truncated']);
    expect(sniffPicture(whole, format).accepted).toBe(true);
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
    const verdict = sniffPicture(withJpegDimensions((await basePictures()).jpeg, width, height), 'jpg');
    expect(verdict.accepted ? undefined : verdict.reason).toBe(reason);
  });

  test('says nothing of the content in its details', async () => {
    const { png } = await basePictures();
    const named = Buffer.concat([Buffer.from('<svg>Jane Roe</svg>'), png]);
    const verdict = sniffPicture(named, 'jpg');
    expect(verdict).toEqual({
      accepted: false,
      reason: 'unsupported-format',
      detail: 'SVG; send JPEG or PNG',
    });
  });
});
