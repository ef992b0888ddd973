import { BOUNDS } from '../domain/bounds';
import type { Clock, CursorKeys } from '../domain/ports';
import { ConfigurationUnusableError } from '../domain/errors';

const LIFE_MILLISECONDS = BOUNDS.cursorKeyMemorySeconds * 1000;
/** A cursor that does not verify may be signed by a newer key, or be forged: forgeries must not become a stream of calls. */
const SHORTEST_LIFE_MILLISECONDS = BOUNDS.cursorKeyPauseSeconds * 1000;

/** The cursor's signing keys, the current one first. `isSuspect`: what was signed did not verify by those held. */
export type SigningKeys = (isSuspect?: boolean) => Promise<readonly [string, ...string[]]>;

/**
 * The current and the previous version of the cursor's signing key, read again after five minutes, or sooner after a
 * rotation that another instance has seen first.
 * @throws ConfigurationUnusableError when there is no key
 */
export function signingKeys(keys: CursorKeys, now: Clock): SigningKeys {
  let held: { keys: readonly [string, ...string[]]; readAt: number } | undefined;
  return async (isSuspect = false) => {
    const life = isSuspect ? SHORTEST_LIFE_MILLISECONDS : LIFE_MILLISECONDS;
    if (held !== undefined && now() - held.readAt < life) return held.keys;
    const [current, previous] = await Promise.all([keys.read('AWSCURRENT'), keys.read('AWSPREVIOUS')]);
    if (current === undefined) throw new ConfigurationUnusableError('there is no cursor signing key');
    held = { keys: previous === undefined ? [current] : [current, previous], readAt: now() };
    return held.keys;
  };
}
