import { BOUNDS } from './bounds';
import type { ImageFormat } from './category';
import { PictureFault } from './picture-fault';

/** True when the ASCII (or Latin-1) text stands at the offset. */
export function textAt(bytes: Uint8Array, offset: number, text: string): boolean {
  if (offset + text.length > bytes.length) return false;
  for (let index = 0; index < text.length; index++) {
    if (bytes[offset + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}

/** True for a file that ends within the signature. */
const isBeginningOf = (signature: string, bytes: Uint8Array): boolean =>
  textAt(bytes, 0, signature.slice(0, bytes.length));

const PNG_SIGNATURE = '\x89PNG\r\n\x1a\n';
const JPEG_SIGNATURE = '\xff\xd8\xff';

/** Picture formats that we know and do not take, by what they begin with. */
const UNSUPPORTED: readonly (readonly [name: string, offset: number, text: string])[] = [
  ['GIF', 0, 'GIF8'],
  ['BMP', 0, 'BM'],
  ['TIFF', 0, 'II*\0'],
  ['TIFF', 0, 'MM\0*'],
  ['BigTIFF', 0, 'II+\0'],
  ['BigTIFF', 0, 'MM\0+'],
  ['WebP', 8, 'WEBP'],
  ['PDF', 0, '%PDF-'],
  ['JPEG 2000', 0, '\0\0\0\x0cjP  '],
  ['JPEG 2000', 0, '\xff\x4f\xff\x51'],
  ['JPEG XL', 0, '\0\0\0\x0cJXL '],
  ['JPEG XL', 0, '\xff\x0a'],
  ['icon', 0, '\0\0\x01\0'],
  ['Photoshop', 0, '8BPS'],
  ['MNG', 0, '\x8aMNG'],
  ['JNG', 0, '\x8bJNG'],
];

/** Brands of HEIC and AVIF pictures; other files with an `ftyp` box are films. */
const PICTURE_BRANDS = [
  ...['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs'],
  ...[
    'mif1',
    'mif2',
    'msf1',
    'miaf',
    'MiHB',
    'MiHE',
    'avif',
    'avis',
    'avio',
    'avci',
    'avcs',
    'jpeg',
    'jpgs',
    'crx ',
  ],
];

/** SVG is text: an `svg` element near the beginning, after a prolog, comments or a byte order mark. */
const isSvg = (bytes: Uint8Array): boolean => {
  const text = Buffer.from(
    bytes.buffer,
    bytes.byteOffset,
    Math.min(bytes.length, BOUNDS.signatureWindow),
  ).toString('latin1');
  return /^(?:\xef\xbb\xbf)?\s*</.test(text) && /<svg[\s>]/i.test(text);
};

function unsupportedName(bytes: Uint8Array): string | undefined {
  const known = UNSUPPORTED.find(([, offset, text]) => textAt(bytes, offset, text));
  if (known) return known[0];
  if (textAt(bytes, 4, 'ftyp') && PICTURE_BRANDS.some((brand) => textAt(bytes, 8, brand))) return 'HEIF';
  return isSvg(bytes) ? 'SVG' : undefined;
}

/**
 * The format that the first bytes tell.
 * @throws PictureFault `unsupported-format`, `truncated` or `not-a-picture`
 */
export function recognizeFormat(bytes: Uint8Array): ImageFormat {
  if (textAt(bytes, 0, JPEG_SIGNATURE)) return 'jpg';
  if (textAt(bytes, 0, PNG_SIGNATURE)) return 'png';
  if ([JPEG_SIGNATURE, PNG_SIGNATURE].some((signature) => isBeginningOf(signature, bytes))) {
    throw new PictureFault('truncated', 'ends within its signature');
  }
  const name = unsupportedName(bytes);
  if (name !== undefined) throw new PictureFault('unsupported-format', `${name}; send JPEG or PNG`);
  throw new PictureFault('not-a-picture', 'neither JPEG nor PNG');
}
