import type { ImageView } from '../domain/api-schemas';
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
