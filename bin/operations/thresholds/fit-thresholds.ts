import { chooseCategory } from '../../../lambda/domain/choose-category';
import type { DetectionRecord } from '../../../lambda/domain/detection-record';
import type { PersonOutcome } from '../../../lambda/domain/review-record';
import { type Thresholds, thresholdsSchema } from '../../../lambda/domain/thresholds';

/** A picture that people decided, and what the model had seen. */
export interface ReviewedPicture {
  readonly catScore: number;
  readonly dogScore: number;
  readonly outcome: PersonOutcome;
}

/** What a value would have done with the pictures that people were asked about. */
export interface FittedValue {
  readonly value: number;
  /** Decided without a person, */
  readonly decided: number;
  /** of these, as people did, */
  readonly right: number;
  /** and what share of them may be wrong at most, in percent, with 95 % confidence. */
  readonly wrongAtMost: number;
}

export interface Fit {
  readonly pictures: number;
  readonly accept: readonly FittedValue[];
  readonly floor: readonly FittedValue[];
}

/** Of a two-sided 95 %. */
const Z = 1.96;

/**
 * The upper end of Wilson's score interval of a share, in percent: few pictures prove little, and it says so.
 * Wilson, E. B. (1927), Journal of the American Statistical Association 22, 209–212.
 */
export function wilsonUpperPercent(count: number, of: number): number {
  if (of === 0) return 100;
  const share = count / of;
  const center = share + Z ** 2 / (2 * of);
  const spread = Z * Math.sqrt((share * (1 - share)) / of + Z ** 2 / (4 * of ** 2));
  return (100 * (center + spread)) / (1 + Z ** 2 / of);
}

/** The reviewed picture of a record; undefined when time decided, or nobody was asked. */
export function reviewedPicture({
  Decision,
  ReviewDecision,
}: Pick<DetectionRecord, 'Decision' | 'ReviewDecision'>): ReviewedPicture | undefined {
  if (Decision?.category !== 'uncertain' || ReviewDecision?.decidedBy !== 'people') return undefined;
  const { outcome } = ReviewDecision;
  if (outcome === 'undecided') return undefined;
  return { catScore: Decision.catScore, dogScore: Decision.dogScore, outcome };
}

const labelsOf = ({ catScore, dogScore }: ReviewedPicture) => [
  { name: 'Cat', confidence: catScore, parents: [], aliases: [] },
  { name: 'Dog', confidence: dogScore, parents: [], aliases: [] },
];

function fitted(value: number, pictures: readonly ReviewedPicture[], thresholds: Thresholds): FittedValue {
  const decided = pictures
    .map((picture) => ({ picture, category: chooseCategory(labelsOf(picture), thresholds).category }))
    .filter(({ category }) => category !== 'uncertain');
  const right = decided.filter(({ picture, category }) => picture.outcome === category).length;
  const { length } = decided;
  return { value, decided: length, right, wrongAtMost: wilsonUpperPercent(length - right, length) };
}

const between = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, Math.ceil(to - from)) }, (_, step) => from + step);

/**
 * What lower values of `accept` and higher ones of `floor` would have done, by the product's own rule. Only pictures that
 * were uncertain have a person's answer: of what the model decided alone nothing is known, so that no value is tried by
 * which it would decide less.
 */
export function fitThresholds(pictures: readonly ReviewedPicture[], today: Thresholds): Fit {
  const tried = (name: 'accept' | 'floor', values: readonly number[]) =>
    values.flatMap((value) => {
      const thresholds = { ...today, [name]: value };
      return thresholdsSchema.safeParse(thresholds).success ? [fitted(value, pictures, thresholds)] : [];
    });
  return {
    pictures: pictures.length,
    accept: tried('accept', between(today.floor + 1, today.accept)).reverse(),
    floor: tried('floor', between(today.floor + 1, today.accept)),
  };
}

/** Fewer are no evidence. */
const FEWEST_DECIDED = 20;

/** The value that spares people the most, and is wrong at most so often; undefined when none does. */
export const bestOf = (values: readonly FittedValue[], mostWrongPercent: number): FittedValue | undefined =>
  values
    .filter(({ decided, wrongAtMost }) => decided >= FEWEST_DECIDED && wrongAtMost <= mostWrongPercent)
    .toSorted((a, b) => b.decided - a.decided)[0];
