/** What a decoder that shares nothing with our code says of a file. */
export interface Decoding {
  /** By its own default settings it shows the file as it stands: libvips gives up at a warning, Pillow at an error. */
  readonly strict: boolean;
  /** It shows at least a part of it. */
  readonly lenient: boolean;
  /** Digests of the pixels as stored, and of the colours in sRGB by the file's own profile. */
  readonly pixels?: string;
  readonly colours?: string;
  /** EXIF's 1 to 8. */
  readonly orientation?: number;
}
