import { z } from 'zod';

/**
 * What whoever evaluates templates of his own may call their stage and commit: one word, so that no pack can put a
 * sentence into what `verify` says of it.
 */
export const NAME_IN_PACK = /^[A-Za-z0-9][A-Za-z0-9._:+/-]{0,99}$/;
/** What a pack says where it was told nothing. */
export const NOT_STATED = 'not stated';

/** A stage or a commit, as a pack names it. */
export const nameInPack = z.union([z.string().regex(NAME_IN_PACK), z.literal(NOT_STATED)]);
