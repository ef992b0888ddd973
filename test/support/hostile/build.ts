import type { ContentType } from '../../../lambda/domain/category';
import type { ExpectedResult, HostilePicture } from './hostile-picture';

const of =
  (contentType: ContentType, extension: string) =>
  (name: string, expected: ExpectedResult, bytes: Uint8Array): HostilePicture => ({
    name,
    fileName: `${name.replaceAll(/[^A-Za-z0-9]+/g, '-')}.${extension}`,
    contentType,
    bytes,
    expected,
  });

/** A file that the client calls a JPEG. */
export const asJpeg = of('image/jpeg', 'jpg');
/** A file that the client calls a PNG. */
export const asPng = of('image/png', 'png');
