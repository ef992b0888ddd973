import type { HostilePicture } from './hostile-picture';
import { insertAfterSoi, jpegSegment, offsetOfFrame, offsetOfMarker, splice } from '../picture-surgery';
import type { BasePictures } from './base-pictures';
import { asJpeg } from './build';

const [DHT, DQT, SOS, COMMENT, RESTART] = [0xc4, 0xdb, 0xda, 0xfe, 0xd0];

/** The JPEG file with one byte set, counted from its frame header. */
function withFrameByte(jpeg: Buffer, offset: number, value: number): Buffer {
  const copy = Buffer.from(jpeg);
  copy[offsetOfFrame(copy) + offset] = value;
  return copy;
}

function withFrameHeight(jpeg: Buffer, height: number): Buffer {
  const copy = Buffer.from(jpeg);
  copy.writeUInt16BE(height, offsetOfFrame(copy) + 5);
  return copy;
}

function truncations({ jpeg, progressiveJpeg }: BasePictures): HostilePicture[] {
  const frame = offsetOfFrame(jpeg);
  const scan = offsetOfMarker(jpeg, SOS);
  const table = offsetOfMarker(jpeg, DQT);
  const cuts: [string, number][] = [
    ['within its signature', 2],
    ['after its signature', 3],
    ['within the first length field', 5],
    ['within a quantization table', table + 20],
    ['before the frame header', frame],
    ['within the frame header', frame + 6],
    ['after the frame header', scan],
    ['within the scan header', scan + 5],
    ['at the first compressed byte', scan + 14],
    ['in the middle of the scan', Math.floor((scan + jpeg.length) / 2)],
    ['before its last data', jpeg.length - 4],
  ];
  return [
    ...cuts.map(([where, length]) => asJpeg(`JPEG cut ${where}`, 'truncated', jpeg.subarray(0, length))),
    asJpeg(
      'progressive JPEG cut after its first scans',
      'truncated',
      progressiveJpeg.subarray(0, progressiveJpeg.length - 400),
    ),
    asJpeg('progressive JPEG without its end marker', 'truncated', progressiveJpeg.subarray(0, -2)),
    asJpeg('whole JPEG without its end marker', 'accepted', jpeg.subarray(0, -2)),
    asJpeg('whole JPEG that ends within its end marker', 'accepted', jpeg.subarray(0, -1)),
    asJpeg(
      'whole JPEG followed by nonsense instead of its end marker',
      'accepted',
      Buffer.concat([jpeg.subarray(0, -2), Buffer.from([0xff, 0xdc, 0xff, 0xff, 1, 2, 3])]),
    ),
    asJpeg(
      'JPEG without a third of its data, followed by nonsense',
      'truncated',
      Buffer.concat([jpeg.subarray(0, Math.floor(jpeg.length * 0.7)), Buffer.from([0xff, 0xdc, 0xff, 0xff])]),
    ),
  ];
}

/** The JPEG file with the bytes at an offset of its first scan's header replaced. */
function withScanHeader(jpeg: Buffer, offset: number, ...values: readonly number[]): Buffer {
  const copy = Buffer.from(jpeg);
  copy.set(values, offsetOfMarker(copy, SOS) + offset);
  return copy;
}

/** Tables and scan headers that no decoder takes, and surplus ones that all pass. */
function tables({ jpeg, progressiveJpeg }: BasePictures): HostilePicture[] {
  const table = (marker: number, ...bytes: readonly number[]): Buffer =>
    insertAfterSoi(jpeg, jpegSegment(marker, Buffer.from(bytes)));
  const zeros = (length: number): number[] => Array<number>(length).fill(0);
  const frame = offsetOfFrame(jpeg);
  const withoutQuantization = Buffer.from(jpeg);
  // Its number becomes that of a table that the file does not hold.
  withoutQuantization[frame + 12] = 3;
  const fullCodes = [2, ...zeros(15), 1, 2];
  return [
    asJpeg('quantization table without its last byte', 'malformed', table(DQT, 0, ...zeros(63))),
    asJpeg('quantization table with one byte too many', 'malformed', table(DQT, 0, ...zeros(65))),
    asJpeg('quantization table number 4', 'malformed', table(DQT, 4, ...zeros(64))),
    asJpeg('quantization table of 24 bits', 'malformed', table(DQT, 0x20, ...zeros(64))),
    asJpeg('no quantization table', 'malformed', withoutQuantization),
    asJpeg('Huffman table of more symbols than it holds', 'malformed', table(DHT, 0, 9, ...zeros(15), 1, 2)),
    asJpeg('Huffman table with one byte too many', 'malformed', table(DHT, 0, 1, ...zeros(15), 1, 2)),
    asJpeg('Huffman table of 300 symbols', 'malformed', table(DHT, 0, ...zeros(14), 150, 150, ...zeros(300))),
    asJpeg('Huffman table number 5', 'malformed', table(DHT, 5, 1, ...zeros(15), 1)),
    asJpeg('Huffman table of kind 2', 'malformed', table(DHT, 0x20, 1, ...zeros(15), 1)),
    asJpeg('unused Huffman table of impossible codes', 'accepted', table(DHT, 3, ...fullCodes)),
    asJpeg(
      'Huffman table of impossible codes',
      'malformed',
      splice(jpeg, offsetOfMarker(jpeg, SOS), jpegSegment(DHT, Buffer.from([0, ...fullCodes]))),
    ),
    asJpeg(
      'Huffman table of DC differences of 16 bits',
      'malformed',
      splice(jpeg, offsetOfMarker(jpeg, SOS), jpegSegment(DHT, Buffer.from([0, 0, 1, ...zeros(14), 16]))),
    ),
    asJpeg('component without samples', 'malformed', withFrameByte(jpeg, 11, 0x02)),
    asJpeg('component of five samples', 'malformed', withFrameByte(jpeg, 11, 0x51)),
    asJpeg('unit of too many blocks', 'malformed', withFrameByte(jpeg, 11, 0x44)),
    asJpeg('scan of a component that is not there', 'malformed', withScanHeader(jpeg, 5, 77)),
    asJpeg('scan of one component twice', 'malformed', withScanHeader(jpeg, 7, 1)),
    asJpeg(
      'scan of components in another order',
      'malformed',
      withScanHeader(jpeg, 5, 1, 0, 3, 0x11, 2, 0x11),
    ),
    asJpeg('scan of no component', 'malformed', withScanHeader(jpeg, 4, 0)),
    asJpeg('scan of Huffman table 4', 'malformed', withScanHeader(jpeg, 6, 0x44)),
    asJpeg('sequential scan of odd coefficients', 'accepted', withScanHeader(jpeg, 11, 1, 2, 3)),
    asJpeg('progressive scan of coefficient 64', 'malformed', withScanHeader(progressiveJpeg, 11, 1, 64)),
    asJpeg(
      'progressive scan that ends before it begins',
      'malformed',
      withScanHeader(progressiveJpeg, 11, 9, 3),
    ),
    asJpeg('progressive scan of bit 14', 'malformed', withScanHeader(progressiveJpeg, 13, 14)),
    asJpeg(
      'progressive scan that refines by two bits',
      'malformed',
      withScanHeader(progressiveJpeg, 13, 0x31),
    ),
  ];
}

/** JPEG files that are cut, broken, unusual or costly. */
export const hostileJpegs = (base: BasePictures): HostilePicture[] => {
  const { jpeg } = base;
  const frame = offsetOfFrame(jpeg);
  const frameEnd = frame + 2 + jpeg.readUInt16BE(frame + 2);
  const scan = offsetOfMarker(jpeg, SOS);
  return [
    ...truncations(base),
    ...tables(base),
    asJpeg('sound JPEG', 'accepted', jpeg),
    asJpeg('progressive JPEG', 'accepted', base.progressiveJpeg),
    asJpeg('CMYK JPEG', 'accepted', base.cmykJpeg),
    asJpeg('grey JPEG', 'accepted', base.greyJpeg),
    asJpeg('fill bytes before a marker', 'accepted', splice(jpeg, frame, Buffer.alloc(1000, 0xff))),
    asJpeg('a scan of noise', 'accepted', splice(jpeg, scan + 14, Buffer.alloc(100_000, 0x5a))),
    asJpeg('12-bit JPEG', 'unsupported-format', withFrameByte(jpeg, 4, 12)),
    asJpeg('lossless JPEG', 'unsupported-format', withFrameByte(jpeg, 1, 0xc3)),
    asJpeg('arithmetic JPEG', 'unsupported-format', withFrameByte(jpeg, 1, 0xc9)),
    asJpeg('JPEG of no components', 'malformed', withFrameByte(jpeg, 9, 0)),
    asJpeg('JPEG of 255 components', 'malformed', withFrameByte(jpeg, 9, 255)),
    asJpeg('two frame headers', 'malformed', splice(jpeg, frame, jpeg.subarray(frame, frameEnd))),
    asJpeg('scan before the frame header', 'malformed', splice(jpeg, frame, jpeg.subarray(scan, scan + 14))),
    asJpeg('no frame header', 'malformed', splice(jpeg, frame, Buffer.alloc(0), frameEnd - frame)),
    asJpeg('no scan', 'malformed', Buffer.concat([jpeg.subarray(0, scan), jpeg.subarray(-2)])),
    asJpeg('nothing but start and end', 'malformed', Buffer.from([0xff, 0xd8, 0xff, 0xd9])),
    asJpeg('segment of length 0', 'malformed', insertAfterSoi(jpeg, Buffer.from([0xff, 0xe5, 0, 0]))),
    asJpeg('segment of length 1', 'malformed', insertAfterSoi(jpeg, Buffer.from([0xff, 0xe5, 0, 1]))),
    asJpeg(
      'segment longer than the file',
      'truncated',
      insertAfterSoi(jpeg.subarray(0, 300), Buffer.from([0xff, 0xe5, 0xff, 0xff])),
    ),
    asJpeg('start marker within', 'malformed', insertAfterSoi(jpeg, Buffer.from([0xff, 0xd8]))),
    asJpeg('restart marker outside a scan', 'accepted', insertAfterSoi(jpeg, Buffer.from([0xff, RESTART]))),
    asJpeg(
      'restart interval of three bytes',
      'malformed',
      insertAfterSoi(jpeg, jpegSegment(0xdd, Buffer.alloc(3))),
    ),
    asJpeg('height counted behind the scan', 'unsupported-format', withFrameHeight(jpeg, 0)),
    asJpeg('reserved marker', 'malformed', insertAfterSoi(jpeg, Buffer.from([0xff, 0x02, 0, 2]))),
    ...(
      [
        ['of a name', 'malformed', Buffer.from('Jane Roe')],
        ['of an odd length', 'malformed', Buffer.from([0, 0x10, 0])],
        ['of bounds that cross', 'malformed', Buffer.from([0, 0x01])],
        ['as libjpeg takes it', 'accepted', Buffer.from([0, 0x10, 0x10, 5])],
      ] as const
    ).map(([what, expected, content]) =>
      asJpeg(`conditioning ${what}`, expected, insertAfterSoi(jpeg, jpegSegment(0xcc, content))),
    ),
    ...[0xc8, 0xde, 0xdf, 0xf0, 0xf5, 0xfd].map((marker) =>
      asJpeg(
        `segment of another process, ${marker.toString(16)}`,
        'malformed',
        insertAfterSoi(jpeg, jpegSegment(marker, Buffer.from('Jane Roe'))),
      ),
    ),
    asJpeg(
      'progressive JPEG without a Huffman table',
      'malformed',
      splice(base.progressiveJpeg, offsetOfMarker(base.progressiveJpeg, SOS) + 6, Buffer.from([0x22]), 1),
    ),
    asJpeg('stray bytes between segments', 'accepted', splice(jpeg, frame, Buffer.from('stray'))),
    asJpeg(
      'a million fill bytes and no marker',
      'truncated',
      Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.alloc(1_000_000, 0xff)]),
    ),
    asJpeg(
      'a million empty comments',
      'malformed',
      insertAfterSoi(jpeg, Buffer.alloc(4_000_000, jpegSegment(COMMENT, Buffer.alloc(0)))),
    ),
    asJpeg(
      'a scan of restart markers only',
      'accepted',
      splice(jpeg, scan + 14, Buffer.alloc(1_000_000, Buffer.from([0xff, RESTART]))),
    ),
  ];
};
