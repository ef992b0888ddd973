import { textAt } from './picture-signature';

const ORIENTATION_TAG = 0x0112;
const SHORT = 3;
const LONG = 4;
const ENTRY_LENGTH = 12;

/** An orientation that is worth keeping: 1 (upright) to 8. */
const isOrientation = (value: number): boolean => value >= 1 && value <= 8;

/**
 * The orientation in a TIFF block as EXIF embeds it, or undefined when it holds none or is broken: a picture is not
 * refused for broken metadata that is thrown away anyway.
 */
export function readOrientation(tiff: Uint8Array): number | undefined {
  const isLittleEndian = textAt(tiff, 0, 'II*\0');
  if (!isLittleEndian && !textAt(tiff, 0, 'MM\0*')) return undefined;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.length);
  if (tiff.length < 8) return undefined;
  const directory = view.getUint32(4, isLittleEndian);
  if (directory + 2 > tiff.length) return undefined;
  const entries = view.getUint16(directory, isLittleEndian);
  for (let index = 0; index < entries; index++) {
    const entry = directory + 2 + index * ENTRY_LENGTH;
    if (entry + ENTRY_LENGTH > tiff.length) return undefined;
    if (view.getUint16(entry, isLittleEndian) !== ORIENTATION_TAG) continue;
    if (view.getUint32(entry + 4, isLittleEndian) !== 1) return undefined;
    const type = view.getUint16(entry + 2, isLittleEndian);
    // The standard says SHORT; some cameras write LONG, which decoders read too.
    const value =
      type === SHORT
        ? view.getUint16(entry + 8, isLittleEndian)
        : type === LONG
          ? view.getUint32(entry + 8, isLittleEndian)
          : 0;
    return isOrientation(value) ? value : undefined;
  }
  return undefined;
}

/** A TIFF block that holds an orientation and nothing else. */
export function orientationBlock(orientation: number): Uint8Array {
  const block = Buffer.alloc(26);
  block.write('MM\0*', 'latin1');
  block.writeUInt32BE(8, 4);
  block.writeUInt16BE(1, 8);
  block.writeUInt16BE(ORIENTATION_TAG, 10);
  block.writeUInt16BE(SHORT, 12);
  block.writeUInt32BE(1, 14);
  block.writeUInt16BE(orientation, 18);
  return block;
}
