import type { Anchor } from './anchors';

/** Edges as fractions of the picture; may reach beyond it. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** One object that the model saw. */
export interface Detection {
  label: string;
  /** The model's own sigmoid, 0 to 1; not a percentage of anything. */
  score: number;
  box: Box;
}

/** What the model answers: four numbers an anchor, and one logit an anchor and class. */
export interface RawOutputs {
  boxes: Float32Array;
  logits: Float32Array;
}

/** Variances by which the training divided centre and size. */
const CENTRE_SCALE = 10;
const SIZE_SCALE = 5;
/** Class 0 is the background. */
const FIRST_CLASS = 1;
const LARGEST_OVERLAP = 0.5;
const MOST_DETECTIONS = 50;

const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));
const at = (values: Float32Array, index: number): number => values[index] ?? Number.NaN;

function decodeBox(boxes: Float32Array, index: number, anchor: Anchor): Box {
  const y = (at(boxes, index * 4) / CENTRE_SCALE) * anchor.height + anchor.y;
  const x = (at(boxes, index * 4 + 1) / CENTRE_SCALE) * anchor.width + anchor.x;
  const height = Math.exp(at(boxes, index * 4 + 2) / SIZE_SCALE) * anchor.height;
  const width = Math.exp(at(boxes, index * 4 + 3) / SIZE_SCALE) * anchor.width;
  return { left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2 };
}

/** Every anchor's best class, where it reaches the lowest score; the best first. */
export function decodeDetections(
  { boxes, logits }: RawOutputs,
  anchors: readonly Anchor[],
  labels: readonly string[],
  lowestScore: number,
): Detection[] {
  const detections: Detection[] = [];
  anchors.forEach((anchor, index) => {
    const row = logits.subarray(index * labels.length, (index + 1) * labels.length);
    let best = FIRST_CLASS;
    for (let candidate = FIRST_CLASS + 1; candidate < labels.length; candidate++) {
      if (at(row, candidate) > at(row, best)) best = candidate;
    }
    const score = sigmoid(at(row, best));
    const label = labels[best];
    if (score >= lowestScore && label !== undefined) {
      detections.push({ label, score, box: decodeBox(boxes, index, anchor) });
    }
  });
  return detections.sort((first, second) => second.score - first.score);
}

const area = (box: Box): number => (box.right - box.left) * (box.bottom - box.top);

/** Intersection over union, 0 to 1. */
export function overlap(first: Box, second: Box): number {
  const width = Math.min(first.right, second.right) - Math.max(first.left, second.left);
  const height = Math.min(first.bottom, second.bottom) - Math.max(first.top, second.top);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (area(first) + area(second) - shared);
}

/** Non-maximum suppression: of boxes of one label that overlap by more than half, the best stays. */
export function suppressOverlaps(detections: readonly Detection[]): Detection[] {
  const kept: Detection[] = [];
  for (const detection of detections) {
    const isNew = kept.every(
      (other) => other.label !== detection.label || overlap(other.box, detection.box) <= LARGEST_OVERLAP,
    );
    if (isNew) kept.push(detection);
    if (kept.length === MOST_DETECTIONS) break;
  }
  return kept;
}
