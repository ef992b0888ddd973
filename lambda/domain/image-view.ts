import type { ImageView } from './api-schemas';
import type { DetectionRecord } from './detection-record';

/** What a client sees of its record; see `imageViewSchema`. */
export function imageView(record: DetectionRecord): ImageView {
  const view: { [Name in keyof ImageView]: ImageView[Name] | undefined } = {
    ImageID: record.ImageID,
    DetectedAnimal: record.DetectedAnimal,
    ConfidenceScore: record.ConfidenceScore,
    Timestamp: record.Timestamp,
    S3Location: record.S3Location,
    ProcessingStatus: record.ProcessingStatus,
    FileSize: record.FileSize,
    ImageFormat: record.ImageFormat,
    FileName: record.FileName,
    DecisionReason: record.Decision?.reason,
    QuarantineReason: record.QuarantineReason,
    Width: record.Width,
    Height: record.Height,
    CompletedAt: record.CompletedAt,
  };
  return Object.fromEntries(Object.entries(view).filter(([, value]) => value !== undefined)) as ImageView;
}
