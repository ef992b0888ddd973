import { z } from 'zod';
import { PACK_PURPOSES, type PackPurpose } from '../../lib/names';
import { NAME_IN_PACK } from './name-in-pack';

/** What a pack is made for; nothing else tells packs of one commit and stage apart. */
export interface Occasion {
  readonly purpose: PackPurpose;
  /** The pipeline's name for its run; a local pack has none. */
  readonly execution?: string | undefined;
  /** Of a recheck: the commit whose assembly was evaluated. The pack's own commit is then the gate's. */
  readonly about?: string | undefined;
}

const FIELDS = ['execution', 'about'] as const;

/** In the order in which packs are told of. */
export const PURPOSES = Object.keys(PACK_PURPOSES) as PackPurpose[];

/** Which of `execution` and `about` a purpose wants and has not, or has and is no part of it. */
export const misplaced = (occasion: Occasion): readonly (typeof FIELDS)[number][] =>
  FIELDS.filter(
    (field) =>
      (PACK_PURPOSES[occasion.purpose] as readonly string[]).includes(field) !==
      (occasion[field] !== undefined),
  );

/** The fields of a manifest that tell what its pack is for. */
export const occasionSchema = {
  purpose: z.enum(PURPOSES).optional(),
  execution: z.string().regex(NAME_IN_PACK).optional(),
  about: z.string().regex(NAME_IN_PACK).optional(),
};

/** In a sentence; of a pack that does not say it, too. */
export function describeOccasion({
  purpose,
  execution,
  about,
}: Omit<Occasion, 'purpose'> & { readonly purpose?: PackPurpose | undefined }): string {
  if (purpose === undefined) return 'it does not say what for';
  const by = execution === undefined ? '' : ` in execution ${execution}`;
  return `for purpose ${purpose}${about === undefined ? '' : ` of commit ${about}`}${by}`;
}
