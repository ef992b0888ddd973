import type { Clock, CursorKeys } from '../domain/ports';
import type { SigningKeys } from './list-images';

const LIFE_MILLISECONDS = 300_000;

/** The current and the previous version of the cursor's signing key, read again after five minutes. */
export function signingKeys(keys: CursorKeys, now: Clock): SigningKeys {
  let held: { keys: readonly string[]; until: number } | undefined;
  return async () => {
    if (held === undefined || now() >= held.until) {
      const [current, previous] = await Promise.all([keys.read('AWSCURRENT'), keys.read('AWSPREVIOUS')]);
      held = {
        keys: [current, previous].filter((key) => key !== undefined),
        until: now() + LIFE_MILLISECONDS,
      };
    }
    return held.keys;
  };
}
