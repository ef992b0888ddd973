import { sha256 } from '../../lambda/domain/digest';
import type { Detection } from './detections';
import type { VisionModel } from './vision-model';

/** Enough for a flood of few pictures; what was seen in one is some hundred bytes. */
const MOST_PICTURES = 256;

/**
 * A model that looks once at a picture and then knows what it saw: the same bytes are answered with the same detections.
 * What it refused or failed at it looks at again.
 * @param most - pictures that it remembers; those that it was asked for longest ago are forgotten
 */
export function rememberPictures(
  model: VisionModel,
  most: number = MOST_PICTURES,
): Pick<VisionModel, 'detect'> {
  const seen = new Map<string, Promise<Detection[]>>();
  return {
    detect: async (bytes) => {
      const digest = sha256(bytes);
      const detections = seen.get(digest) ?? model.detect(bytes);
      // A map keeps the order in which its keys came.
      seen.delete(digest);
      seen.set(digest, detections);
      const [oldest] = seen.keys();
      if (seen.size > most && oldest !== undefined) seen.delete(oldest);
      try {
        return await detections;
      } catch (error) {
        if (seen.get(digest) === detections) seen.delete(digest);
        throw error;
      }
    },
  };
}
