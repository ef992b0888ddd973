/** Arguments of one call are limited; so many characters at a time. */
const CHUNK = 0x80_00;

/** Base64 in browsers and in Node alike. */
export function base64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += CHUNK)
    binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(binary);
}
