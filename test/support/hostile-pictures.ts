import { hostileContainers } from './hostile/containers';
import { hostileDimensions } from './hostile/dimensions';
import type { HostilePicture } from './hostile/hostile-picture';
import { hostileJpegs } from './hostile/jpegs';
import { hostileMetadata } from './hostile/metadata';
import { hostileNames } from './hostile/names';
import { hostilePngs } from './hostile/pngs';
import { basePictures } from './hostile/base-pictures';

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
