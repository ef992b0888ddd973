import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { BOUNDS } from '../../lambda/domain/bounds';
import type { ImageFormat } from '../../lambda/domain/category';
import { basePictures, gradient } from '../support/hostile/base-pictures';
import {
  ascii,
  chunk,
  insertAfterSoi,
  jpegSegment,
  offsetOfFrame,
  offsetOfMarker,
  pngChunk,
  splice,
  withJpegDimensions,
} from '../support/picture-surgery';

export interface WorstCase {
  readonly name: string;
  readonly format: ImageFormat;
  readonly isOrdinary?: boolean;
  /** @returns the file, with about so many bytes of what makes it costly */
  readonly make: (fill: number) => Buffer;
}

const LONGEST_PAYLOAD = 65_533;
const HEADER_END = 33;
/**
 * What every PNG file, the registered extensions (https://www.w3.org/TR/png-3/#11Chunks and
 * http://www.libpng.org/pub/png/spec/register/pngext-1.5.0.html), JNG and MNG, and writers of their own put into chunks.
 */
const CHUNK_TYPES = [
  ...['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'cHRM', 'gAMA', 'iCCP', 'sBIT', 'sRGB', 'cICP', 'mDCV', 'cLLI'],
  ...['tEXt', 'zTXt', 'iTXt', 'bKGD', 'hIST', 'pHYs', 'sPLT', 'eXIf', 'tIME', 'acTL', 'fcTL', 'fdAT'],
  ...['oFFs', 'pCAL', 'sCAL', 'sTER', 'gIFg', 'gIFx', 'gIFt', 'fRAc', 'dSIG', 'zxIf', 'mDCv', 'cLLi'],
  ...['JHDR', 'JDAT', 'JDAA', 'JSEP', 'MHDR', 'FIX', 'DHDR', 'pHYg', 'CgBI', 'caBX', 'iDOT', 'vpAg', 'npTc'],
  ...['tXMP', 'msOG', 'orNt', 'juNk', 'JUNK'],
];

/** A TIFF block of as many entries as it holds, none of them the orientation. */
const exif = (length: number): Buffer =>
  Buffer.concat([ascii('Exif\0\0MM\0*\0\0\0\x08\xff\xff'), Buffer.alloc(length - 16, 1)]);

/** As many parts as fit, up to a number that is still taken. */
const parts = (part: Buffer, fill: number, most: number): Buffer =>
  Buffer.alloc(Math.min(most, Math.floor(fill / part.length)) * part.length, part);

/** A profile of 100 tags whose elements are as large as the bound allows. */
function largestProfile(): Buffer {
  const tags = 27;
  const profile = Buffer.alloc(BOUNDS.profileBytes, 0x5a);
  profile.writeUInt32BE(profile.length, 0);
  profile.write('acsp', 36, 'latin1');
  profile.writeUInt32BE(tags, 128);
  const size = Math.floor((profile.length - 132 - tags * 12) / tags / 4) * 4;
  const names = [
    ...[
      'wtpt',
      'bkpt',
      'chad',
      'lumi',
      'cicp',
      'gamt',
      'rXYZ',
      'gXYZ',
      'bXYZ',
      'rTRC',
      'gTRC',
      'bTRC',
      'kTRC',
    ],
    ...['A2B0', 'A2B1', 'A2B2', 'B2A0', 'B2A1', 'B2A2', 'D2B0', 'D2B1', 'D2B2', 'D2B3', 'B2D0', 'B2D1'],
    ...['B2D2', 'B2D3'],
  ];
  for (const [index, tag] of names.entries()) {
    const offset = 132 + tags * 12 + index * size;
    profile.write(tag, 132 + index * 12, 'latin1');
    profile.writeUInt32BE(offset, 136 + index * 12);
    profile.writeUInt32BE(size, 140 + index * 12);
    profile.write('curv', offset, 'latin1');
  }
  return profile;
}

/** Every marker of two bytes that a file can hold, as often as is taken and as long as it may be. */
function segmentCases(jpeg: Buffer): WorstCase[] {
  const most = BOUNDS.jpegSegments - 40;
  const between = (bytes: Buffer): Buffer => insertAfterSoi(jpeg, bytes);
  const markers = Array.from({ length: 0xff - 0xc0 }, (_, index) => 0xc0 + index);
  const contents: [string, (marker: number) => Buffer][] = [
    ['empty', (marker) => jpegSegment(marker, Buffer.alloc(0))],
    ['of zeros', (marker) => jpegSegment(marker, Buffer.alloc(LONGEST_PAYLOAD))],
    ['of 0xFF', (marker) => jpegSegment(marker, Buffer.alloc(LONGEST_PAYLOAD, 0xff))],
    ['of EXIF', (marker) => jpegSegment(marker, exif(LONGEST_PAYLOAD))],
    [
      'of a profile’s parts',
      (marker) => jpegSegment(marker, Buffer.concat([ascii('ICC_PROFILE\0\x01\xff'), Buffer.alloc(60_000)])),
    ],
    ['of Adobe', (marker) => jpegSegment(marker, ascii('Adobe\0\x64\0\0\0\0\x01'))],
    ['of JFIF', (marker) => jpegSegment(marker, ascii('JFIF\0\x01\x01\0\0\x01\0\x01\0\0'))],
    ['of 1,008 tables', (marker) => jpegSegment(marker, Buffer.alloc(65 * 1008))],
  ];
  return markers.flatMap((marker) =>
    contents.map(([what, content]): WorstCase => ({
      name: `segments ${marker.toString(16).toUpperCase()} ${what}`,
      format: 'jpg',
      make: (fill) => between(parts(content(marker), fill, most)),
    })),
  );
}

/** Every type of chunk, as often as is taken, and as long as it may be. */
function chunkCases(png: Buffer): WorstCase[] {
  const most = BOUNDS.pngChunks - 40;
  const contents: [string, (type: string) => Buffer][] = [
    ['empty', (type) => pngChunk(chunk(type))],
    ['of 200 zeros', (type) => pngChunk(chunk(type, Buffer.alloc(200)))],
    [
      'of a broken stream',
      (type) => pngChunk(chunk(type, Buffer.concat([ascii('x\0\0\x78\x9c'), Buffer.alloc(200, 0xff)]))),
    ],
    ['of EXIF', (type) => pngChunk(chunk(type, exif(LONGEST_PAYLOAD).subarray(6)))],
    ['of a million zeros', (type) => pngChunk(chunk(type, Buffer.alloc(1_000_000)))],
  ];
  return CHUNK_TYPES.flatMap((type) =>
    contents.map(([what, content]): WorstCase => ({
      name: `chunks ${type} ${what}`,
      format: 'png',
      make: (fill) => splice(png, HEADER_END, parts(content(type), fill, most)),
    })),
  );
}

/** Data of a scan that holds every coefficient of every block: no code is shorter, no picture has more of them. */
function longestCount(jpeg: Buffer, fill: number): Buffer {
  const scan = offsetOfMarker(jpeg, 0xda);
  // One code of one bit for each kind: a DC difference of nothing, an AC coefficient of nothing behind no zeros but 15.
  const codes = [0x00, 0x10].map((head) =>
    jpegSegment(0xc4, Buffer.from([head, 1, ...Array<number>(15).fill(0), head === 0 ? 0 : 0xf0])),
  );
  const tables = Buffer.concat([
    ...codes,
    ...codes.map((code) => Buffer.from(code).fill(code.readUInt8(4) | 1, 4, 5)),
  ]);
  const huge = withJpegDimensions(jpeg, BOUNDS.longestSide, BOUNDS.longestSide);
  huge[offsetOfFrame(huge) + 11] = 0x11;
  return Buffer.concat([huge.subarray(0, scan), tables, huge.subarray(scan, scan + 14), Buffer.alloc(fill)]);
}

/** Bytes between and within parts, work that is done once, and files whose end has to be found. */
function specialCases(jpeg: Buffer, png: Buffer): WorstCase[] {
  const scan = offsetOfMarker(jpeg, 0xda) + 14;
  const inScan = (name: string, pattern: readonly number[]): WorstCase => ({
    name,
    format: 'jpg',
    make: (fill) => splice(jpeg, scan, Buffer.alloc(fill, Buffer.from(pattern))),
  });
  const between = (name: string, pattern: readonly number[]): WorstCase => ({
    name,
    format: 'jpg',
    make: (fill) => insertAfterSoi(jpeg, Buffer.alloc(fill, Buffer.from(pattern))),
  });
  const profile = (fill: number): Buffer =>
    Buffer.concat([
      pngChunk(chunk('iCCP', Buffer.concat([ascii('n\0\0'), deflateSync(largestProfile(), { level: 1 })]))),
      pngChunk(chunk('juNk', Buffer.alloc(fill))),
    ]);
  return [
    inScan('scan of stuffed bytes', [0xff, 0]),
    inScan('scan of restart markers', [0xff, 0xd0]),
    inScan('scan of fill bytes', [0xff]),
    between('idle markers between segments', [0xff, 0x01]),
    between('fill bytes between segments', [0xff]),
    between('stuffed bytes between segments', [0xff, 0]),
    between('stray bytes between segments', [0x5a]),
    {
      name: 'JPEG without its end, all coefficients',
      format: 'jpg',
      make: (fill) => longestCount(jpeg, fill),
    },
    {
      name: 'profile as large as is taken',
      format: 'png',
      make: (fill) => splice(png, HEADER_END, profile(fill)),
    },
  ];
}

/** Pictures as cameras and drawing programs write them, filled by their size. */
async function ordinaryCases(): Promise<WorstCase[]> {
  const noise = (side: number) =>
    sharp({
      create: {
        width: side,
        height: side,
        channels: 3,
        background: 'grey',
        noise: { type: 'gaussian', mean: 128, sigma: 60 },
      },
    });
  const jpeg = await noise(4200).jpeg({ quality: 92 }).toBuffer();
  const png = await noise(2100).png({ compressionLevel: 1 }).toBuffer();
  const [smallJpeg, smallPng] = [
    await noise(2900).jpeg({ quality: 92 }).toBuffer(),
    await noise(1450).png({ compressionLevel: 1 }).toBuffer(),
  ];
  const of = (large: Buffer, small: Buffer) => (fill: number) => (fill > small.length ? large : small);
  return [
    { name: 'ordinary JPEG', format: 'jpg', isOrdinary: true, make: of(jpeg, smallJpeg) },
    { name: 'ordinary PNG', format: 'png', isOrdinary: true, make: of(png, smallPng) },
    {
      name: 'ordinary JPEG without its end',
      format: 'jpg',
      make: (fill) => of(jpeg, smallJpeg)(fill).subarray(0, -2),
    },
  ];
}

/** Every kind of part of the two formats, multiplied as far as is taken. */
export async function partCases(): Promise<WorstCase[]> {
  const { jpeg } = await basePictures();
  const png = await gradient().png().toBuffer();
  return [...segmentCases(jpeg), ...chunkCases(png), ...specialCases(jpeg, png)];
}

/** What is timed: ordinary pictures and all costly ones. */
export const worstCases = async (): Promise<WorstCase[]> => [
  ...(await ordinaryCases()),
  ...(await partCases()),
];
