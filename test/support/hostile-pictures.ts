import type { ContentType, RejectionReason } from '../../lambda/domain/category';
import { hostileContainers } from './hostile/containers';
import { hostileDimensions } from './hostile/dimensions';
import { hostileJpegs } from './hostile/jpegs';
import { hostileMetadata } from './hostile/metadata';
import { hostileNames } from './hostile/names';
import { hostilePngs } from './hostile/pngs';
import { basePictures } from './hostile/base-pictures';

/**
 * What must come of a file: `accepted` by the sniffer (the detector may still refuse what does not decode), rejected
 * with this reason, or `invalid-body`: refused by the API for its name before any byte of it is looked at.
 */
export type ExpectedVerdict = 'accepted' | RejectionReason | 'invalid-body';

export interface HostilePicture {
  /** What is wrong with it; unique. */
  readonly name: string;
  /** The name that the client gives it. */
  readonly fileName: string;
  /** The type that the client declares. */
  readonly contentType: ContentType;
  readonly bytes: Uint8Array;
  readonly expected: ExpectedVerdict;
}

/** The corpus of hostile pictures, made anew by code; the same on every machine but for what encoders differ in. */
export async function hostilePictures(): Promise<HostilePicture[]> {
  const base = await basePictures();
  return [
    ...hostileContainers(base),
    ...hostileDimensions(base),
    ...hostileJpegs(base),
    ...hostilePngs(base),
    ...hostileMetadata(base),
    ...hostileNames(base),
  ];
}
