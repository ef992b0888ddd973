import type { ImageView } from './api-schemas';
import { candidatesOf } from './candidates';
import type { DetectionRecord, Instance, Label } from './detection-record';
import { toTimestamp } from './time';

type LabelView = NonNullable<ImageView['Labels']>[number];
type CandidateView = NonNullable<ImageView['Candidates']>[number];

/** A label as answers show it. */
export const labelView = ({ name, confidence, parents }: Label): LabelView => ({
  Name: name,
  Confidence: confidence,
  Parents: parents,
});

const boxView = ({ confidence, box }: Instance): CandidateView['Boxes'][number] => ({
  Confidence: confidence,
  Left: box.left,
  Top: box.top,
  Width: box.width,
  Height: box.height,
});

/** What the decision was made of; undefined before there is one. */
export const candidateViews = ({ Decision, TopLabels = [] }: DetectionRecord): ImageView['Candidates'] =>
  Decision &&
  candidatesOf(Decision, TopLabels).map(({ animal, score, boxes }) => ({
    Animal: animal,
    Score: score,
    Boxes: boxes.map(boxView),
  }));

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
    Reference: record.ClientReference,
    Labels: record.TopLabels?.map(labelView),
    Candidates: candidateViews(record),
    Review: record.ReviewDecision && {
      Outcome: record.ReviewDecision.outcome,
      DecidedBy: record.ReviewDecision.decidedBy,
      DecidedAt: record.ReviewDecision.at,
    },
    ExpiresAt: toTimestamp(record.ExpiresAt * 1000),
  };
  return Object.fromEntries(Object.entries(view).filter(([, value]) => value !== undefined)) as ImageView;
}
