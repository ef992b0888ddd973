import { BOUNDS } from './bounds';
import { animalsOf, type Animal } from './choose-category';
import type { Decision, Instance, Label } from './detection-record';

/** What a picture was taken for, or not: an animal, its score, and where it was seen. */
export interface Candidate {
  readonly animal: Animal;
  /** Percent. */
  readonly score: number;
  readonly boxes: readonly Instance[];
}

const surest = (instances: readonly Instance[]): Instance[] =>
  instances.toSorted((a, b) => b.confidence - a.confidence).slice(0, BOUNDS.boxes);

/** The labels as they are kept: with places for the animals alone. */
export const withPlacesOfAnimals = (labels: readonly Label[]): Label[] =>
  labels.map(({ instances = [], ...label }) =>
    instances.length > 0 && animalsOf(label).length > 0 ? { ...label, instances: surest(instances) } : label,
  );

/** The animals that were seen at all, the likelier first. */
export function candidatesOf({ catScore, dogScore }: Decision, labels: readonly Label[]): Candidate[] {
  const boxes = (animal: Animal): Instance[] =>
    surest(labels.flatMap((label) => (animalsOf(label).includes(animal) ? (label.instances ?? []) : [])));
  return [
    { animal: 'cat' as const, score: catScore, boxes: boxes('cat') },
    { animal: 'dog' as const, score: dogScore, boxes: boxes('dog') },
  ]
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score);
}
