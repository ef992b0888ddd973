import type { ImageList, ImageView } from '../domain/api-schemas';
import { imageView } from '../domain/image-view';
import type { DetectionLog } from '../domain/ports';
import { ProblemError } from '../domain/problems';

/** @throws ProblemError `not-found`, the same for what does not exist and what belongs to another client */
export async function readImage(
  log: Pick<DetectionLog, 'get'>,
  clientId: string,
  imageId: string,
): Promise<ImageView> {
  const record = await log.get(imageId);
  if (record?.ClientID !== clientId) throw new ProblemError('not-found');
  return imageView(record);
}

/** Those of the images that are the client's own, in the order asked; an id that stands twice comes once. */
export async function readImages(
  log: Pick<DetectionLog, 'get'>,
  clientId: string,
  imageIds: readonly string[],
): Promise<ImageList> {
  const records = await Promise.all([...new Set(imageIds)].map((imageId) => log.get(imageId)));
  return { items: records.flatMap((record) => (record?.ClientID === clientId ? [imageView(record)] : [])) };
}
