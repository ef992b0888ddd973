import { type CursorBinding, decodeCursor, encodeCursor, type PageKey } from '../domain/cursor';
import type { SigningKeys } from './signing-keys';

/**
 * The key inside a cursor; one that does not verify is tried again with keys read anew, since a rotation may have passed.
 * @throws ProblemError `invalid-cursor`
 */
export async function openCursor(
  keys: SigningKeys,
  cursor: string,
  binding: CursorBinding,
): Promise<PageKey> {
  const held = await keys();
  try {
    return decodeCursor(cursor, binding, held);
  } catch (error) {
    const fresh = await keys(true);
    if (fresh === held) throw error;
    return decodeCursor(cursor, binding, fresh);
  }
}

/** A cursor for the page after this key, signed by the current key. */
export async function signCursor(keys: SigningKeys, key: PageKey, binding: CursorBinding): Promise<string> {
  const [current] = await keys();
  return encodeCursor(key, binding, current);
}
