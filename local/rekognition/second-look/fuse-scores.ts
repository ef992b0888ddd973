import type { Detection } from '../detections';
import type { AnimalShares } from './animal-shares';

/**
 * How far the classifier's word counts against the detector's. These constants were chosen on the 42 photographs of the
 * first set alone; docs/label-model.md has the counts on pictures that they were not chosen on.
 */
const WEIGHT = 1.2;
/** What is added to the probabilities, so that a classifier that saw no animal changes nothing. */
const PRIOR = 0.4;
/** A cat, a dog or another animal: without knowledge each has a third. */
const KINDS = 3;
/** Below this share the classifier may lower a score, never raise it. */
const RAISING_SHARE = 0.6;

const PETS = ['Cat', 'Dog'] as const;
type Pet = (typeof PETS)[number];

const logit = (probability: number): number => Math.log(probability / (1 - probability));
const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

/** How much of the animal in a box is this one, 0 to 1. */
function shareOf(pet: Pet, shares: AnimalShares): number {
  const own = pet === 'Cat' ? shares.cat : shares.dog;
  return (own + PRIOR / KINDS) / (shares.animal + PRIOR);
}

const moved = (score: number, share: number): number =>
  sigmoid(logit(score) + WEIGHT * Math.log(KINDS * share));

/** The highest score that a second look can make of a detector's: the box is nothing but the animal. */
export const highestFused = (score: number): number =>
  moved(score, shareOf('Cat', { cat: 1, dog: 0, animal: 1 }));

/** Whether a detection is one that gets a second look. */
export const isPet = ({ label }: Detection): boolean => PETS.some((pet) => pet === label);

/**
 * What a detection of a cat or a dog becomes when the classifier has looked at its box: its score moved by the share of
 * its own kind; and the other kind beside it where most of what the classifier saw is that one, for the detector is
 * surer that there is a pet than which.
 */
export function fuse(detection: Detection, shares: AnimalShares): Detection[] {
  return PETS.flatMap((pet) => {
    const share = shareOf(pet, shares);
    const raises = share >= RAISING_SHARE;
    if (pet !== detection.label && !raises) return [];
    const score = moved(detection.score, share);
    return [{ ...detection, label: pet, score: raises ? score : Math.min(score, detection.score) }];
  });
}
