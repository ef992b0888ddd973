import { deflateSync } from 'node:zlib';
import type { HostilePicture } from './hostile-picture';
import { ascii, chunk, insertAfterSoi, jpegSegment, withChunksBefore, zlibOfZeros } from '../picture-surgery';
import type { BasePictures } from './base-pictures';
import { asJpeg, asPng } from './build';

const [APP1, APP2, APP13, APP14] = [0xe1, 0xe2, 0xed, 0xee];
const GIGABYTE = 1024 ** 3;

/** An EXIF segment over a TIFF block, sound or not. */
const exif = (...block: (Uint8Array | string)[]): Buffer =>
  jpegSegment(
    APP1,
    Buffer.concat([
      ascii('Exif\0\0'),
      ...block.map((part) => (typeof part === 'string' ? ascii(part) : part)),
    ]),
  );

const icc = (number: number, count: number, part: Uint8Array): Buffer =>
  jpegSegment(APP2, Buffer.concat([ascii('ICC_PROFILE\0'), Buffer.from([number, count]), part]));

/** A TIFF directory whose entries each point somewhere beyond the block. */
function directoryOfLies(entries: number): Buffer {
  const block = Buffer.alloc(10 + entries * 12, 0xee);
  block.write('MM\0*', 'latin1');
  block.writeUInt32BE(8, 4);
  block.writeUInt16BE(entries, 8);
  return block;
}

/** Sound pictures whose metadata is broken or costly to readers: none of it may matter. */
export const hostileMetadata = ({ jpeg, png }: BasePictures): HostilePicture[] => {
  const accepted = (name: string, ...segments: readonly Uint8Array[]): HostilePicture =>
    asJpeg(name, 'accepted', insertAfterSoi(jpeg, ...segments));
  const acceptedPng = (name: string, type: string, data: Uint8Array): HostilePicture =>
    asPng(name, 'accepted', withChunksBefore(png, 'IDAT', chunk(type, data)));
  return [
    accepted('EXIF: empty', exif()),
    accepted('EXIF: noise', exif(Buffer.alloc(500, 0xa5))),
    accepted('EXIF: directory beyond its end', exif('II*\0\xff\xff\xff\xff')),
    accepted('EXIF: 65,535 entries announced', exif('MM\0*\0\0\0\x08\xff\xff', Buffer.alloc(100))),
    accepted('EXIF: entries that point outside', exif(directoryOfLies(200))),
    accepted('EXIF: directory that contains itself', exif('II*\0\x08\0\0\0\0\0\x08\0\0\0')),
    accepted('EXIF: orientation 9', exif('MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x09\0\0\0\0\0\0')),
    accepted(
      'EXIF: orientation as text',
      exif('MM\0*\0\0\0\x08\0\x01\x01\x12\0\x02\0\0\0\x01A\0\0\0\0\0\0\0'),
    ),
    accepted('EXIF: a hundred segments', ...Array.from({ length: 100 }, () => exif(directoryOfLies(10)))),
    accepted(
      'XMP: entity bomb',
      jpegSegment(APP1, ascii('http://ns.adobe.com/xap/1.0/\0<!DOCTYPE a [<!ENTITY b "b">]>')),
    ),
    accepted(
      'IPTC: broken block',
      jpegSegment(APP13, ascii('Photoshop 3.0\x008BIM\x04\x04\0\0\xff\xff\xff\xff')),
    ),
    accepted('ICC: empty part', icc(1, 1, Buffer.alloc(0))),
    accepted('ICC: noise', icc(1, 1, Buffer.alloc(3000, 0xa5))),
    accepted('ICC: part 2 of 1', icc(2, 1, Buffer.alloc(200))),
    accepted('ICC: part 0 of 0', icc(0, 0, Buffer.alloc(200))),
    accepted(
      'ICC: 200 times part 1',
      ...Array.from({ length: 200 }, () => icc(1, 200, Buffer.alloc(60_000))),
    ),
    accepted('Adobe segment too short', jpegSegment(APP14, ascii('Adobe'))),
    acceptedPng('PNG EXIF: noise', 'eXIf', Buffer.alloc(500, 0xa5)),
    acceptedPng('PNG ICC: no zlib stream', 'iCCP', ascii('name\0\0not compressed')),
    acceptedPng('PNG ICC: no name', 'iCCP', Buffer.alloc(50)),
    acceptedPng('PNG ICC: bomb of 1 GB', 'iCCP', Buffer.concat([ascii('name\0\0'), zlibOfZeros(GIGABYTE)])),
    acceptedPng(
      'PNG text: bomb of 1 GB',
      'zTXt',
      Buffer.concat([ascii('Comment\0\0'), zlibOfZeros(GIGABYTE)]),
    ),
    acceptedPng('PNG text: script', 'iTXt', ascii('XML:com.adobe.xmp\0\0\0\0\0<script>alert(1)</script>')),
    acceptedPng(
      'PNG ICC: no profile inside',
      'iCCP',
      Buffer.concat([ascii('name\0\0'), deflateSync('no profile')]),
    ),
  ];
};
