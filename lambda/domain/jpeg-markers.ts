/** Marker codes of ITU-T T.81, table B.1. */
export const JPEG = {
  DHT: 0xc4,
  DAC: 0xcc,
  SOI: 0xd8,
  EOI: 0xd9,
  SOS: 0xda,
  DQT: 0xdb,
  DRI: 0xdd,
  APP0: 0xe0,
  APP1: 0xe1,
  APP2: 0xe2,
  APP14: 0xee,
} as const;

export interface JpegSegment {
  readonly marker: number;
  /** Offset of the marker's 0xFF, fill bytes before it left out. */
  readonly start: number;
  /** Offset of what follows the length field; equals `end` for markers that stand alone. */
  readonly payload: number;
  /** Offset after the payload; a scan's compressed data begins here. */
  readonly payloadEnd: number;
  /** Offset after the segment; for a scan, after its compressed data. */
  readonly end: number;
}

/** SOF0 to SOF15 without DHT (C4), JPG (C8) and DAC (CC). */
export const isFrameHeader = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== JPEG.DHT && marker !== 0xc8 && marker !== JPEG.DAC;

export const isRestart = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd7;
