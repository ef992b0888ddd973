/**
 * What the costliest pictures cost to check and strip: `node --import tsx test/performance/picture-worst-cases.ts`.
 * Each case fills 15 MB with as many as possible of one kind of part; ratios to an ordinary picture count.
 */
import { sniffPicture } from '../../lambda/domain/sniff-picture';
import type { ImageFormat } from '../../lambda/domain/category';
import { PictureFault } from '../../lambda/domain/picture-fault';
import { stripMetadata } from '../../lambda/domain/strip-metadata';
import { formatTable } from '../../tools/terminal/table';
import { basePictures } from '../support/hostile/base-pictures';
import {
  ascii,
  chunk,
  insertAfterSoi,
  jpegSegment,
  offsetOfMarker,
  pngChunk,
  splice,
} from '../support/picture-surgery';

const MEGABYTE = 1024 * 1024;
const FILL = 14 * MEGABYTE;
const ROUNDS = 5;
const WORST_MS_PER_MB = 100;
const HEADER_END = 33;

/** Median of milliseconds for checking and stripping, a megabyte. */
function cost(file: Buffer, format: ImageFormat): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const begin = performance.now();
    if (sniffPicture(file, format).accepted) {
      try {
        stripMetadata(file, format);
      } catch (error) {
        if (!(error instanceof PictureFault)) throw error;
      }
    }
    return performance.now() - begin;
  });
  return (times.sort((a, b) => a - b)[ROUNDS >> 1] ?? 0) / (file.length / MEGABYTE);
}

async function main(): Promise<void> {
  const { jpeg, png } = await basePictures();
  const scan = offsetOfMarker(jpeg, 0xda) + 14;
  const inScan = (pattern: Buffer) => splice(jpeg, scan, Buffer.alloc(FILL, pattern));
  const between = (pattern: Buffer) => insertAfterSoi(jpeg, Buffer.alloc(FILL, pattern));
  const chunks = (part: Buffer, count = Math.min(65_000, Math.floor(FILL / part.length))) =>
    splice(png, HEADER_END, Buffer.concat(Array.from({ length: count }, () => part)));
  const exif = (length: number) =>
    Buffer.concat([ascii('Exif\0\0MM\0*\0\0\0\x08\xff\xff'), Buffer.alloc(length - 16, 1)]);
  const cases: [string, Buffer, ImageFormat][] = [
    [
      'ordinary JPEG',
      Buffer.concat([jpeg.subarray(0, scan), Buffer.alloc(FILL, 0x5a), jpeg.subarray(scan)]),
      'jpg',
    ],
    [
      'ordinary PNG, 8 kB of picture data a chunk',
      chunks(pngChunk(chunk('juNk', Buffer.alloc(8192)))),
      'png',
    ],
    ['scan of stuffed bytes', inScan(Buffer.from([0xff, 0])), 'jpg'],
    ['scan of restart markers', inScan(Buffer.from([0xff, 0xd0])), 'jpg'],
    ['scan of fill bytes', inScan(Buffer.from([0xff])), 'jpg'],
    ['idle markers between segments', between(Buffer.from([0xff, 0x01])), 'jpg'],
    ['fill bytes between segments', between(Buffer.from([0xff])), 'jpg'],
    ['stray bytes between segments', between(Buffer.from([0x5a])), 'jpg'],
    ['empty comments', between(jpegSegment(0xfe, Buffer.alloc(0))), 'jpg'],
    ['EXIF of 5,461 entries', between(jpegSegment(0xe1, exif(65_533))), 'jpg'],
    [
      'parts of a profile',
      between(jpegSegment(0xe2, Buffer.concat([ascii('ICC_PROFILE\0\x01\xff'), Buffer.alloc(60_000)]))),
      'jpg',
    ],
    ['empty iCCP chunks', chunks(pngChunk(chunk('iCCP'))), 'png'],
    [
      'iCCP chunks of a broken stream',
      chunks(pngChunk(chunk('iCCP', Buffer.concat([ascii('x\0\0\x78\x9c'), Buffer.alloc(200, 0xff)])))),
      'png',
    ],
    ['eXIf chunks of 5,461 entries', chunks(pngChunk(chunk('eXIf', exif(65_533).subarray(6)))), 'png'],
    ['empty unknown chunks', chunks(pngChunk(chunk('juNk'))), 'png'],
    ['empty picture data chunks', chunks(pngChunk(chunk('IDAT'))), 'png'],
  ];
  const costs = cases.map(([name, file, format]) => ({ name, cost: cost(file, format) }));
  const ordinary = costs[0]?.cost ?? Number.NaN;
  const rows = costs.map((row) => [row.name, row.cost.toFixed(2), (row.cost / ordinary).toFixed(1)]);
  for (const line of formatTable(['15 MB of', 'ms a MB', '÷ ordinary'], rows)) console.log(line);
  process.exitCode = costs.some((row) => row.cost > WORST_MS_PER_MB) ? 1 : 0;
}
void main();
