import type { HostilePicture } from './hostile-picture';
import { ascii, insertAfterSoi, jpegSegment } from '../picture-surgery';
import type { BasePictures } from './base-pictures';
import { asJpeg, asPng } from './build';

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><script>1</script></svg>';
const ZIP = Buffer.concat([ascii('PK\x05\x06'), Buffer.alloc(18)]);
const COMMENT = 0xfe;

const box = (type: string, brand: string): Buffer =>
  Buffer.concat([Buffer.from([0, 0, 0, 24]), ascii(`${type}${brand}\0\0\0\0`), Buffer.alloc(200)]);

/** Bytes without any pattern; the same each time. */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 1;
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[index] = state >>> 16;
  }
  return bytes;
}

/** Files that are something else than they say, and files that are two things at once. */
export const hostileContainers = (base: BasePictures): HostilePicture[] => [
  asJpeg('zero bytes', 'empty-file', Buffer.alloc(0)),
  asPng('one byte', 'not-a-picture', Buffer.from([0])),
  asJpeg('noise', 'not-a-picture', noise(20_000)),
  asJpeg('a million 0xFF', 'not-a-picture', Buffer.alloc(1_000_000, 0xff)),
  asPng('a million zeros', 'not-a-picture', Buffer.alloc(1_000_000)),
  asJpeg('text named jpg', 'not-a-picture', ascii('Dear Sir or Madam, see the picture of my cat.\n')),
  asJpeg('web page named jpg', 'not-a-picture', ascii('<!DOCTYPE html><html><body>cat</body></html>')),
  asPng('archive named png', 'not-a-picture', ZIP),
  asPng(
    'program named png',
    'not-a-picture',
    Buffer.concat([ascii('\x7fELF\x02\x01\x01'), Buffer.alloc(500)]),
  ),
  asJpeg('film named jpg', 'not-a-picture', box('ftyp', 'isom')),

  asPng('JPEG declared as PNG', 'type-mismatch', base.jpeg),
  asJpeg('PNG declared as JPEG', 'type-mismatch', base.png),
  asJpeg('GIF named jpg', 'unsupported-format', base.gif),
  asJpeg('WebP named jpg', 'unsupported-format', base.webp),
  asJpeg('AVIF named jpg', 'unsupported-format', base.avif),
  asJpeg('HEIC named jpg', 'unsupported-format', box('ftyp', 'heic')),
  asJpeg('TIFF named jpg', 'unsupported-format', base.tiff),
  asJpeg('big-endian TIFF named jpg', 'unsupported-format', ascii('MM\0*\0\0\0\x08')),
  asJpeg('BMP named jpg', 'unsupported-format', Buffer.concat([ascii('BM'), Buffer.alloc(100)])),
  asPng(
    'icon named png',
    'unsupported-format',
    Buffer.concat([ascii('\0\0\x01\0\x01\0'), Buffer.alloc(100)]),
  ),
  asJpeg('SVG named jpg', 'unsupported-format', ascii(SVG)),
  asPng(
    'SVG with prolog named png',
    'unsupported-format',
    ascii(`\xef\xbb\xbf<?xml version="1.0"?>\n<!-- -->${SVG}`),
  ),
  asJpeg('PDF named jpg', 'unsupported-format', ascii('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n')),
  asJpeg('JPEG 2000 named jpg', 'unsupported-format', ascii('\0\0\0\x0cjP  \r\n\x87\n')),
  asJpeg('JPEG XL named jpg', 'unsupported-format', ascii('\xff\x0a\xfa\x1f')),
  asPng(
    'Photoshop file named png',
    'unsupported-format',
    Buffer.concat([ascii('8BPS\0\x01'), Buffer.alloc(100)]),
  ),

  asJpeg('polyglot: archive behind a JPEG', 'accepted', Buffer.concat([base.jpeg, ZIP])),
  asPng(
    'polyglot: script behind a PNG',
    'accepted',
    Buffer.concat([base.png, ascii('<?php system($_GET[0]); ?>')]),
  ),
  asJpeg(
    'polyglot: web page in a JPEG comment',
    'accepted',
    insertAfterSoi(base.jpeg, jpegSegment(COMMENT, ascii('<script>alert(1)</script>'))),
  ),
  asJpeg(
    'polyglot: PDF in a JPEG comment',
    'accepted',
    insertAfterSoi(base.jpeg, jpegSegment(COMMENT, ascii('%PDF-1.4\n'))),
  ),
  asJpeg(
    'polyglot: GIF header before a JPEG',
    'unsupported-format',
    Buffer.concat([ascii('GIF89a'), base.jpeg]),
  ),
  asJpeg(
    'polyglot: JPEG signature before a web page',
    'truncated',
    ascii('\xff\xd8\xff\xe0\0\x04ab<html></html>'),
  ),
  asJpeg('two JPEG files in one', 'accepted', Buffer.concat([base.jpeg, base.greyJpeg])),
];
