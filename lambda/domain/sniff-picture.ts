import type { ImageFormat, RejectionReason } from './category';
import { inspectJpeg } from './jpeg-structure';
import { BOUNDS } from './bounds';
import { PictureFault } from './picture-fault';
import { recognizeFormat } from './picture-signature';
import { inspectPng } from './png-structure';

export interface SniffedPicture {
  readonly format: ImageFormat;
  /** Pixels, as stored: orientation is not applied. */
  readonly width: number;
  readonly height: number;
}

export type SniffResult =
  | { readonly accepted: true; readonly picture: SniffedPicture }
  /** `detail` is for people; it holds nothing of the file's content. */
  | { readonly accepted: false; readonly reason: RejectionReason; readonly detail: string };

const INSPECT = { jpg: inspectJpeg, png: inspectPng };

/** Checks the sides as soon as the header is read, before the rest of a huge picture is walked. */
function checkSides(width: number, height: number): void {
  const size = `${width} × ${height} pixels`;
  if (Math.min(width, height) < BOUNDS.shortestSide) {
    throw new PictureFault('too-small', `${size}; each side needs at least ${BOUNDS.shortestSide}`);
  }
  if (Math.max(width, height) > BOUNDS.longestSide) {
    throw new PictureFault('dimensions-too-large', `${size}; a side may have ${BOUNDS.longestSide}`);
  }
}

function inspect(bytes: Uint8Array, declared: ImageFormat): SniffedPicture {
  if (bytes.length === 0) throw new PictureFault('empty-file', '0 bytes');
  if (bytes.length > BOUNDS.pictureBytes) {
    throw new PictureFault('too-large', `${bytes.length} bytes; at most ${BOUNDS.pictureBytes}`);
  }
  const format = recognizeFormat(bytes);
  if (format !== declared) throw new PictureFault('type-mismatch', `declared ${declared}, really ${format}`);
  return { format, ...INSPECT[format](bytes, checkSides) };
}

/**
 * Evaluates a file by its structure before it costs money: size, signature, declared against real type, dimensions,
 * animation, truncation. Pixels are never decoded; time is linear in the file's length and memory constant. Whether the
 * compressed data is sound only the detector can tell (`refused-by-detector`).
 *
 * Data after the end marker is allowed, since phones append previews and gain maps; `stripMetadata` removes it.
 */
export function sniffPicture(bytes: Uint8Array, declared: ImageFormat): SniffResult {
  try {
    return { accepted: true, picture: inspect(bytes, declared) };
  } catch (error) {
    if (!(error instanceof PictureFault)) throw error;
    return { accepted: false, reason: error.reason, detail: error.detail };
  }
}
