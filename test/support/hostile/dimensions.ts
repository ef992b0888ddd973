import { BOUNDS } from '../../../lambda/domain/bounds';
import type { HostilePicture } from './hostile-picture';
import {
  blackPng,
  chunk,
  header,
  insertAfterSoi,
  jpegSegment,
  pngOf,
  withJpegDimensions,
} from '../picture-surgery';
import type { BasePictures } from './base-pictures';
import { asJpeg, asPng } from './build';

const RGBA = 6;
const COMMENT = 0xfe;
/** Marker, length field and payload. */
const LONGEST_SEGMENT = 65_537;
const SHORTEST_SEGMENT = 4;

/** The JPEG file padded with comments to exactly so many bytes. */
function padded(jpeg: Buffer, length: number): Buffer {
  const comments: Buffer[] = [];
  for (let missing = length - jpeg.length; missing > 0;) {
    // What is left must be nothing or at least an empty comment.
    const size = missing <= LONGEST_SEGMENT ? missing : Math.min(LONGEST_SEGMENT, missing - SHORTEST_SEGMENT);
    comments.push(jpegSegment(COMMENT, Buffer.alloc(size - SHORTEST_SEGMENT, 0x20)));
    missing -= size;
  }
  return insertAfterSoi(jpeg, ...comments);
}

/** Limits and what lies just beyond them, and bombs: a small file that decodes to very much. */
export const hostileDimensions = (base: BasePictures): HostilePicture[] => [
  asPng('80 × 80', 'accepted', blackPng({ width: 80, height: 80 })),
  asPng('79 × 80', 'too-small', blackPng({ width: 79, height: 80 })),
  asPng('80 × 79', 'too-small', blackPng({ width: 80, height: 79 })),
  asJpeg('79 × 80 JPEG', 'too-small', withJpegDimensions(base.jpeg, 79, 80)),
  asPng('1 × 1', 'too-small', blackPng({ width: 1, height: 1 })),
  asPng('10,000 × 80', 'accepted', blackPng({ width: 10_000, height: 80 })),
  asPng('10,001 × 80', 'dimensions-too-large', blackPng({ width: 10_001, height: 80 })),
  asPng('80 × 10,001', 'dimensions-too-large', blackPng({ width: 80, height: 10_001 })),
  asJpeg('JPEG of width 0', 'too-small', withJpegDimensions(base.jpeg, 0, 100)),
  asJpeg('JPEG of height 0', 'unsupported-format', withJpegDimensions(base.jpeg, 100, 0)),
  asPng('PNG of width 0', 'too-small', pngOf([header({ width: 0, height: 100 }), chunk('IEND')])),

  asJpeg(
    'bomb: JPEG of 65,535 × 65,535',
    'dimensions-too-large',
    withJpegDimensions(base.jpeg, 65_535, 65_535),
  ),
  asJpeg(
    'bomb: progressive JPEG of 65,500 × 65,500',
    'dimensions-too-large',
    withJpegDimensions(base.progressiveJpeg, 65_500, 65_500),
  ),
  asPng(
    'bomb: PNG of 2,147,483,647 squared',
    'dimensions-too-large',
    pngOf([
      header({ width: 0x7fffffff, height: 0x7fffffff }),
      chunk('IDAT', Buffer.from([0x78])),
      chunk('IEND'),
    ]),
  ),
  asPng(
    'bomb: 2 MB that decode to 1.8 GB',
    'dimensions-too-large',
    blackPng({ width: 30_000, height: 15_000, colourType: RGBA }),
  ),
  asPng('bomb: largest one-bit PNG', 'accepted', blackPng({ width: 10_000, height: 10_000, bitDepth: 1 })),
  asPng(
    'bomb: largest allowed PNG, 800 MB decoded',
    'accepted',
    blackPng({ width: 10_000, height: 10_000, bitDepth: 16, colourType: RGBA }),
  ),
  asPng(
    'bomb: more picture data than the header says',
    'accepted',
    pngOf([
      header({ width: 100, height: 100 }),
      chunk('IDAT', blackPng({ width: 10_000, height: 10_000 }).subarray(41, -24)),
      chunk('IEND'),
    ]),
  ),

  asJpeg('largest allowed file', 'accepted', padded(base.jpeg, BOUNDS.pictureBytes)),
  asJpeg('one byte too large', 'too-large', padded(base.jpeg, BOUNDS.pictureBytes + 1)),
];
