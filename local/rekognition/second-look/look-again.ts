import { type Box, type Detection, suppressOverlaps } from '../detections';
import type { AnimalShares } from './animal-shares';
import { fuse, highestFused, isPet } from './fuse-scores';

/** Each look takes about as long as the detector; a picture must not take much longer than it did. */
const MOST_LOOKS = 3;
/** The calibration's 60 %: what cannot reach it, however the look ends, decides nothing. */
const WORTH_A_LOOK = 0.45;

/** The best of each kind first, so that both have been looked at before a second of either. */
function inOrderOfLooking(pets: readonly Detection[]): Detection[] {
  const best = pets.filter(({ label }, index) => pets.findIndex((other) => other.label === label) === index);
  return [...best, ...pets.filter((pet) => !best.includes(pet))];
}

/**
 * Lets a classifier look at the boxes of cats and dogs, and fuses its word with the detector's. A box that was not looked
 * at is no surer than the surest of its kind that was.
 * @param detections - best first
 * @param look - what the classifier sees in a box
 * @returns best first
 */
export async function lookAgain(
  detections: readonly Detection[],
  look: (box: Box) => Promise<AnimalShares>,
): Promise<Detection[]> {
  const worth = inOrderOfLooking(
    detections.filter((detection) => isPet(detection) && highestFused(detection.score) >= WORTH_A_LOOK),
  );
  const looked = worth.slice(0, MOST_LOOKS);
  const fused: Detection[] = [];
  // One after the other: the runtime knows one thread.
  for (const detection of looked) fused.push(...fuse(detection, await look(detection.box)));
  const surest = (kind: string): number =>
    Math.max(...fused.filter(({ label }) => label === kind).map(({ score }) => score));
  const rest = detections
    .filter((detection) => !looked.includes(detection))
    .map((detection) =>
      worth.includes(detection)
        ? { ...detection, score: Math.min(detection.score, surest(detection.label)) }
        : detection,
    );
  return suppressOverlaps([...fused, ...rest].sort((first, second) => second.score - first.score));
}
