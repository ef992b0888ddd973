import { BOUNDS } from '../domain/bounds';
import { withPlacesOfAnimals } from '../domain/candidates';
import { minimumConfidence } from '../domain/choose-category';
import { sha256 } from '../domain/digest';
import { PictureMissingError, PictureRejectedError } from '../domain/errors';
import type { LabelDetector, PictureStore } from '../domain/ports';
import { sniffPicture } from '../domain/sniff-picture';
import type { Thresholds } from '../domain/thresholds';
import type { Analyzed, AnalyzeInput } from '../domain/workflow-messages';

export interface AnalyzePorts {
  readonly pictures: Pick<PictureStore, 'bucket' | 'getVersion'>;
  readonly detector: LabelDetector;
  readonly thresholds: () => Promise<Thresholds>;
}

/**
 * Looks at the picture: its structure first, which is free, then its labels, which are paid for. A picture whose
 * decision is on record passes without either.
 * @throws PictureRejectedError for the picture's own fault
 */
export async function analyze(ports: AnalyzePorts, state: AnalyzeInput): Promise<AnalyzeInput | Analyzed> {
  if ('decision' in state) return state;
  const thresholds = await ports.thresholds();
  const { key, versionId } = state;
  const bytes = await ports.pictures.getVersion(key, versionId);
  if (bytes === undefined) throw new PictureMissingError(state.imageId);
  const sniffed = sniffPicture(bytes, state.declaredFormat);
  if (!sniffed.accepted) throw new PictureRejectedError(sniffed.reason);
  const { labels, modelVersion } = await ports.detector.detect(
    bytes.length <= BOUNDS.detectionBytes ? { bytes } : { bucket: ports.pictures.bucket, key, versionId },
    minimumConfidence(thresholds),
  );
  return {
    ...state,
    analysis: {
      ...sniffed.picture,
      bytes: bytes.length,
      sha256: sha256(bytes),
      labels: withPlacesOfAnimals(labels),
      modelVersion,
      thresholds,
    },
  };
}

export const topLabels = (labels: Analyzed['analysis']['labels']): Analyzed['analysis']['labels'] =>
  labels.toSorted((a, b) => b.confidence - a.confidence).slice(0, BOUNDS.labels);
