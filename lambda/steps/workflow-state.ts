import { type DetectionRecord, SCHEMA_VERSION } from '../domain/detection-record';
import type { Analyzed, Decided, Organised, WorkflowInput } from '../domain/workflow-messages';

function analysisOnRecord(record: DetectionRecord): Analyzed['analysis'] | undefined {
  const { Thresholds, ModelVersion, TopLabels, Width, Height, OriginalSHA256 } = record;
  if (!Thresholds || ModelVersion === undefined || !TopLabels) return undefined;
  if (Width === undefined || Height === undefined || OriginalSHA256 === undefined) return undefined;
  return {
    format: record.ImageFormat,
    width: Width,
    height: Height,
    bytes: record.FileSize,
    sha256: OriginalSHA256,
    labels: TopLabels,
    modelVersion: ModelVersion,
    thresholds: Thresholds,
  };
}

/** Everything that the record already knows of a picture: the tasks whose part is in it pass it on unchanged. */
export function workflowState(
  record: DetectionRecord,
  picture: Pick<WorkflowInput, 'key' | 'versionId' | 'leaseOwner'>,
): WorkflowInput | Decided | Organised {
  const input: WorkflowInput = {
    schemaVersion: SCHEMA_VERSION,
    imageId: record.ImageID,
    timestamp: record.Timestamp,
    declaredFormat: record.ImageFormat,
    ...picture,
  };
  const analysis = analysisOnRecord(record);
  if (analysis === undefined || record.Decision === undefined) return input;
  const decided: Decided = { ...input, analysis, decision: record.Decision };
  if (record.ProcessingStatus !== 'completed') return decided;
  return { ...decided, status: 'completed', announce: record.AnnouncementDue === true };
}
