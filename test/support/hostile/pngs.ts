import type { HostilePicture } from './hostile-picture';
import {
  ascii,
  blackPng,
  chunk,
  type Chunk,
  chunksOf,
  header,
  pngChunk,
  pngOf,
  splice,
  withChunksBefore,
} from '../picture-surgery';
import type { BasePictures } from './base-pictures';
import { asPng } from './build';

const SIGNATURE_LENGTH = 8;
const HEADER_END = 33;
const END_LENGTH = 12;
const PALETTE = 3;
const END = chunk('IEND');

const without = (png: Buffer, type: string): Buffer =>
  pngOf(chunksOf(png).filter((part) => part.type !== type));

/** Frames of an animation: acTL (2 frames), fcTL, and a second frame in fdAT. */
const animation = (frames: number): Chunk => {
  const data = Buffer.alloc(8);
  data.writeUInt32BE(frames);
  return chunk('acTL', data);
};

/** The PNG file with one byte of a chunk's data or frame changed, its checksum left as it was. */
function damaged(png: Buffer, offset: number): Buffer {
  const copy = Buffer.from(png);
  copy.writeUInt8(copy.readUInt8(offset) ^ 0x01, offset);
  return copy;
}

function truncations({ png }: BasePictures): HostilePicture[] {
  const cuts: [string, number][] = [
    ['within its signature', 4],
    ['after its signature', SIGNATURE_LENGTH],
    ['within the header chunk', 20],
    ['after the header chunk', HEADER_END],
    ['within the picture data', Math.floor(png.length / 2)],
    ['before the end chunk', png.length - END_LENGTH],
    ['within the end chunk', png.length - 1],
  ];
  return cuts.map(([where, length]) => asPng(`PNG cut ${where}`, 'truncated', png.subarray(0, length)));
}

/** PNG files that are cut, broken, animated, unusual or costly. */
export const hostilePngs = (base: BasePictures): HostilePicture[] => {
  const { png, palettePng } = base;
  const shape = { width: 100, height: 100 };
  const data = chunksOf(blackPng(shape)).find((part) => part.type === 'IDAT') ?? END;
  const halves = [data.data.subarray(0, 10), data.data.subarray(10)].map((half) => chunk('IDAT', half));
  return [
    ...truncations(base),
    asPng('sound PNG', 'accepted', png),
    asPng('palette PNG', 'accepted', palettePng),
    asPng('interlaced PNG', 'accepted', base.interlacedPng),
    asPng('16-bit PNG', 'accepted', base.deepPng),
    asPng('one-bit PNG', 'accepted', blackPng({ ...shape, bitDepth: 1 })),
    asPng('picture data in two chunks', 'accepted', pngOf([header(shape), ...halves, END])),

    asPng(
      'animated PNG',
      'animated',
      withChunksBefore(png, 'IDAT', animation(2), chunk('fcTL', Buffer.alloc(26))),
    ),
    asPng('animated PNG of one frame', 'animated', withChunksBefore(png, 'IDAT', animation(1))),
    asPng(
      'animation behind the picture data',
      'animated',
      withChunksBefore(png, 'IEND', chunk('fdAT', Buffer.alloc(40))),
    ),

    asPng('wrong checksum of the header', 'malformed', damaged(png, 29)),
    asPng('wrong checksum of the picture data', 'malformed', damaged(png, png.length - END_LENGTH - 20)),
    asPng(
      'wrong checksum of a text',
      'accepted',
      splice(png, HEADER_END, pngChunk(chunk('tEXt', ascii('a\0b')), 'wrong')),
    ),
    asPng(
      'chunk of 4 GB',
      'truncated',
      splice(png, HEADER_END, Buffer.concat([Buffer.alloc(4, 0xff), ascii('tEXt')])),
    ),
    asPng(
      'chunk without a valid type',
      'malformed',
      splice(png, HEADER_END, pngChunk(chunk('\x01\x02\x03\x04'))),
    ),
    asPng('unknown critical chunk', 'malformed', withChunksBefore(png, 'IDAT', chunk('EVIL', ascii('x')))),
    asPng('no header chunk', 'malformed', without(png, 'IHDR')),
    asPng('empty picture data', 'malformed', pngOf([header(shape), chunk('IDAT'), END])),
    asPng(
      'palette of no colour',
      'malformed',
      pngOf(chunksOf(palettePng).map((part) => (part.type === 'PLTE' ? chunk('PLTE') : part))),
    ),
    asPng(
      'palette of 257 colours',
      'malformed',
      pngOf(
        chunksOf(palettePng).map((part) => (part.type === 'PLTE' ? chunk('PLTE', Buffer.alloc(771)) : part)),
      ),
    ),
    asPng('two header chunks', 'malformed', withChunksBefore(png, 'IDAT', header(shape))),
    asPng('header of 12 bytes', 'malformed', pngOf([chunk('IHDR', Buffer.alloc(12, 1)), data, END])),
    asPng('no picture data', 'malformed', without(png, 'IDAT')),
    asPng(
      'picture data in two places',
      'malformed',
      pngOf([header(shape), data, chunk('tIME', Buffer.alloc(7)), data, END]),
    ),
    asPng('palette PNG without palette', 'malformed', without(palettePng, 'PLTE')),
    asPng(
      'palette behind the picture data',
      'malformed',
      withChunksBefore(png, 'IEND', chunk('PLTE', Buffer.alloc(3))),
    ),
    asPng('end chunk with data', 'malformed', pngOf([header(shape), data, chunk('IEND', ascii('x'))])),
    asPng('bit depth 3', 'malformed', pngOf([header({ ...shape, bitDepth: 3 }), data, END])),
    asPng(
      '16-bit palette',
      'malformed',
      pngOf([header({ ...shape, bitDepth: 16, colourType: PALETTE }), data, END]),
    ),
    asPng('colour type 7', 'malformed', pngOf([header({ ...shape, colourType: 7 }), data, END])),
    asPng('interlace method 2', 'malformed', pngOf([header({ ...shape, interlace: 2 }), data, END])),
    asPng("Apple's variant", 'unsupported-format', pngOf([chunk('CgBI', Buffer.alloc(4)), ...chunksOf(png)])),
    asPng(
      'a million empty chunks',
      'malformed',
      splice(png, HEADER_END, Buffer.alloc(12_000_000, pngChunk(chunk('juNk')))),
    ),
  ];
};
