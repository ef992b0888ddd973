import type { Names } from '../names';
import { makeAndStore } from './make-and-store';

/**
 * The state machine that replaces the key that signs listing cursors. The functions accept the current and the previous
 * version, so cursors that clients hold stay good until the rotation after.
 */
export const cursorKeyRotationDefinition = (names: Names): object =>
  makeAndStore({
    comment: 'Replaces the key that signs listing cursors',
    length: 64,
    secretId: names.cursorSecret,
    secret: '{% $states.result.RandomPassword %}',
  });
