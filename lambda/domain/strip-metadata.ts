import type { ImageFormat } from './category';
import { stripJpeg } from './strip-jpeg';
import { stripPng } from './strip-png';

const STRIP = { jpg: stripJpeg, png: stripPng };

/**
 * The picture without EXIF (position, camera, owner), XMP, IPTC, comments, thumbnails, text, unknown segments and
 * whatever stands behind the end marker. Orientation and colour profile stay; pixels are not touched. The same bytes
 * always give the same result, and stripping that again changes nothing.
 * @param bytes a file that `sniffPicture` accepted
 * @throws PictureFault when the structure is broken
 */
export const stripMetadata = (bytes: Uint8Array, format: ImageFormat): Uint8Array => STRIP[format](bytes);
