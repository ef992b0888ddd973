import type { Decision, Label } from './detection-record';
import type { Thresholds } from './thresholds';

/**
 * Confidences are 32-bit floats (steps of 7.6e-6 near 90), so subtracting two of them as doubles errs by less than this
 * and no two distinct confidences are closer.
 */
const TOLERANCE = 1e-6;
const atLeast = (value: number, bound: number): boolean => value >= bound - TOLERANCE;

export type Animal = 'cat' | 'dog';
const ANIMALS: readonly Animal[] = ['cat', 'dog'];

/**
 * The animals that a label speaks of: those that its name, a parent or an alias is. Names are compared whole: "Vacation",
 * "Hot Dog", "Wildcat" and "Catfish" are neither.
 */
export function animalsOf({ name, parents, aliases }: Pick<Label, 'name' | 'parents' | 'aliases'>): Animal[] {
  const names = [name, ...parents, ...aliases].map((text) => text.toLowerCase());
  return ANIMALS.filter((animal) => names.includes(animal));
}

/** Highest confidence over the labels that speak of the animal, in percent; 0 when there is none. */
export function score(animal: Animal, labels: readonly Label[]): number {
  let highest = 0;
  for (const label of labels) {
    if (label.confidence > highest && animalsOf(label).includes(animal)) highest = label.confidence;
  }
  return Math.min(highest, 100);
}

/**
 * What a picture is taken for.
 * - The winner reaches `accept` and leads by `margin`: that animal (`clear`).
 * - Otherwise it reaches `floor`: `uncertain`. Both reach `accept`: `both-animals`; else the lead is too short:
 *   `close-call`; else the winner is too weak: `low-confidence`.
 * - Otherwise: `other` (`no-animal`).
 *
 * Equal scores have no winner: they are never accepted, not even with a margin of 0.
 */
export function chooseCategory(labels: readonly Label[], thresholds: Thresholds): Decision {
  const catScore = score('cat', labels);
  const dogScore = score('dog', labels);
  const confidence = Math.max(catScore, dogScore);
  const runnerUp = Math.min(catScore, dogScore);
  const lead = confidence - runnerUp;
  const isAhead = lead > TOLERANCE && atLeast(lead, thresholds.margin);
  const decided = (category: Decision['category'], reason: Decision['reason']): Decision => ({
    category,
    confidence,
    reason,
    catScore,
    dogScore,
  });

  if (atLeast(confidence, thresholds.accept) && isAhead) {
    return decided(catScore > dogScore ? 'cat' : 'dog', 'clear');
  }
  if (!atLeast(confidence, thresholds.floor)) return decided('other', 'no-animal');
  if (atLeast(runnerUp, thresholds.accept)) return decided('uncertain', 'both-animals');
  return decided('uncertain', isAhead ? 'low-confidence' : 'close-call');
}

/**
 * The least confidence, in percent, to ask labels for: low enough that a runner-up which spoils the margin of a winner
 * at the floor is still seen.
 */
export const minimumConfidence = ({ floor, margin }: Pick<Thresholds, 'floor' | 'margin'>): number =>
  Math.max(0, floor - margin);
