import { chooseCategory } from '../domain/choose-category';
import type { Decision } from '../domain/detection-record';
import { LeaseLostError } from '../domain/errors';
import type { DetectionLog } from '../domain/ports';
import type { ClassifyInput, Decided } from '../domain/workflow-messages';
import { topLabels } from './analyze';

export interface ClassifyPorts {
  readonly log: Pick<DetectionLog, 'logDecision'>;
}

/**
 * Decides, and writes the decision once: whoever comes later goes on with the one on record.
 * @throws LeaseLostError when another message holds the picture
 */
export async function classifyAndLog(ports: ClassifyPorts, state: ClassifyInput): Promise<Decided> {
  if ('decision' in state) return state;
  const { analysis } = state;
  const decision = chooseCategory(analysis.labels, analysis.thresholds);
  const labels = topLabels(analysis.labels);
  const logged = await ports.log.logDecision(state, {
    DetectedAnimal: decision.category,
    ConfidenceScore: decision.confidence,
    AnimalTimestamp: `${decision.category}#${state.timestamp}`,
    Decision: decision,
    Thresholds: analysis.thresholds,
    ModelVersion: analysis.modelVersion,
    TopLabels: labels,
    Width: analysis.width,
    Height: analysis.height,
    OriginalSHA256: analysis.sha256,
  });
  const decided = (final: Decision): Decided => ({
    ...state,
    analysis: { ...analysis, labels },
    decision: final,
  });
  // Without a record the picture was erased meanwhile: Organise finds that too, and takes the picture away.
  if (logged.applied || logged.current === undefined) return decided(decision);
  const { Decision: recorded, SourceVersionID } = logged.current;
  if (recorded !== undefined && SourceVersionID === state.versionId) return decided(recorded);
  throw new LeaseLostError(state.imageId);
}
