import { inflateSync } from 'node:zlib';
import { textAt } from './picture-signature';

/** Printer profiles reach 3 MB; more is a bomb. */
const MAXIMUM_PROFILE_BYTES = 4 * 1024 * 1024;
const HEADER_LENGTH = 128;

/** A profile's header: its own length and the signature `acsp` (ICC.1:2022, section 7.2). */
export function isIccProfile(profile: Uint8Array): boolean {
  if (profile.length < HEADER_LENGTH || profile.length > MAXIMUM_PROFILE_BYTES) return false;
  const view = new DataView(profile.buffer, profile.byteOffset, profile.length);
  return view.getUint32(0) === profile.length && textAt(profile, 36, 'acsp');
}

/** True when the bytes are one zlib stream of a profile, of bounded size, with nothing hidden behind it. */
export function isCompressedIccProfile(stream: Uint8Array): boolean {
  try {
    // With `info` the answer also holds the engine, which knows how much of the input was read; the types do not say so.
    const { buffer, engine } = inflateSync(stream, {
      maxOutputLength: MAXIMUM_PROFILE_BYTES,
      info: true,
    }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    return engine.bytesWritten === stream.length && isIccProfile(buffer);
  } catch {
    return false;
  }
}
