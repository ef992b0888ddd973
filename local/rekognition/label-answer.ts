import type { Instance, Label } from '@aws-sdk/client-rekognition';
import { calibratedConfidence } from './confidence-calibration';
import type { Box, Detection } from './detections';
import { describeClass, type LabelDescription } from './label-taxonomy';

/** The name says that these are not Amazon's models, and which; it ends up on the records. */
export const LABEL_MODEL_VERSION = 'local-ssd-mobilenet-v2-oidv4+efficientnet-lite0-imagenet';

/** What a request asks of the answer. */
export interface LabelSelection {
  /** Percent. */
  minimumConfidence: number;
  maximumLabels: number;
  /** By label name, then by category; an exclusion wins over an inclusion. */
  filters: {
    includedLabels?: readonly string[] | undefined;
    excludedLabels?: readonly string[] | undefined;
    includedCategories?: readonly string[] | undefined;
    excludedCategories?: readonly string[] | undefined;
  };
}

const clamp = (value: number): number => Math.min(1, Math.max(0, value));

function boundingBox(box: Box): NonNullable<Instance['BoundingBox']> {
  const [left, top] = [clamp(box.left), clamp(box.top)];
  return { Left: left, Top: top, Width: clamp(box.right) - left, Height: clamp(box.bottom) - top };
}

const named = (names: readonly string[]): { Name: string }[] => names.map((name) => ({ Name: name }));

interface Scored {
  description: LabelDescription;
  confidence: number;
  instances: Instance[];
}

/** Rekognition returns the ancestors of a label as labels of their own, without instances. */
function collectLabels(detections: readonly Detection[]): Map<string, Scored> {
  const labels = new Map<string, Scored>();
  const see = (description: LabelDescription, confidence: number): Scored => {
    const known = labels.get(description.name);
    const label = {
      description: known && known.description.parents.length > 0 ? known.description : description,
      confidence: Math.max(confidence, known?.confidence ?? 0),
      instances: known?.instances ?? [],
    };
    labels.set(description.name, label);
    return label;
  };
  for (const { label, score, box } of detections) {
    const confidence = calibratedConfidence(score);
    const description = describeClass(label);
    see(description, confidence).instances.push({ BoundingBox: boundingBox(box), Confidence: confidence });
    for (const parent of description.parents) {
      see({ ...describeClass(parent), category: description.category }, confidence);
    }
  }
  return labels;
}

function isSelected({ name, category }: LabelDescription, filters: LabelSelection['filters']): boolean {
  if (filters.excludedLabels?.includes(name) || filters.excludedCategories?.includes(category)) return false;
  if (!filters.includedLabels && !filters.includedCategories) return true;
  return [filters.includedLabels?.includes(name), filters.includedCategories?.includes(category)].includes(
    true,
  );
}

/** The labels of an answer of DetectLabels, most confident first. */
export function answerLabels(detections: readonly Detection[], selection: LabelSelection): Label[] {
  return [...collectLabels(detections).values()]
    .filter(
      ({ description, confidence }) =>
        confidence >= selection.minimumConfidence && isSelected(description, selection.filters),
    )
    .sort((first, second) => second.confidence - first.confidence)
    .slice(0, selection.maximumLabels)
    .map(({ description, confidence, instances }) => ({
      Name: description.name,
      Confidence: confidence,
      Instances: instances,
      Parents: named(description.parents),
      Aliases: named(description.aliases),
      Categories: named([description.category]),
    }));
}
