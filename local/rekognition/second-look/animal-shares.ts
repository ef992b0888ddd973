/** How much of what a classifier saw is each of these: probabilities that add up to at most 1. */
export interface AnimalShares {
  readonly cat: number;
  readonly dog: number;
  /** Cats, dogs, every other animal, and toys made like one. */
  readonly animal: number;
}

/**
 * The classes of ImageNet (ILSVRC 2012) in their order by WordNet id: 0 to 397 are animals, of which 151 to 268 are the
 * breeds of dogs and 281 to 285 domestic cats; wolves, foxes and big cats lie beside them. 850 is the teddy bear.
 * https://github.com/tensorflow/models/blob/master/research/slim/datasets/imagenet_lsvrc_2015_synsets.txt
 */
const LAST_ANIMAL = 397;
const DOGS = [151, 268] as const;
const CATS = [281, 285] as const;
const TEDDY = 850;

const sum = (probabilities: Float32Array, first: number, last: number): number =>
  probabilities.subarray(first, last + 1).reduce((total, probability) => total + probability, 0);

/** @param probabilities - of the 1,000 classes. */
export const animalShares = (probabilities: Float32Array): AnimalShares => ({
  cat: sum(probabilities, ...CATS),
  dog: sum(probabilities, ...DOGS),
  animal: sum(probabilities, 0, LAST_ANIMAL) + sum(probabilities, TEDDY, TEDDY),
});
