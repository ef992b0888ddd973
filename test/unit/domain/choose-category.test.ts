import { base } from '../../../lib/config/base';
import fc from 'fast-check';
import { chooseCategory, minimumConfidence, score } from '../../../lambda/domain/choose-category';
import { decisionSchema, type Label } from '../../../lambda/domain/detection-record';
import type { Thresholds } from '../../../lambda/domain/thresholds';

const THRESHOLDS: Thresholds = { ...base.thresholds, accept: 90, floor: 60, margin: 15 };

const label = (name: string, confidence: number, more: Partial<Label> = {}): Label => ({
  name,
  confidence,
  parents: [],
  aliases: [],
  ...more,
});
const labels = (cat: number, dog: number): Label[] => [label('Cat', cat), label('Dog', dog)];
const decide = (cat: number, dog: number, thresholds = THRESHOLDS): string => {
  const { category, reason } = chooseCategory(labels(cat, dog), thresholds);
  return `${category} (${reason})`;
};

/** As Rekognition sends them: 32-bit floats. */
const confidence = fc.float({ min: 0, max: 100, noNaN: true });
const thresholds = fc
  .tuple(fc.integer({ min: 2, max: 100 }), fc.nat(), fc.nat())
  .map(([accept, below, further]): Thresholds => {
    const floor = 1 + (below % (accept - 1));
    return { ...THRESHOLDS, accept, floor, margin: further % floor };
  });
const anyLabel = fc.record({
  name: fc.oneof(fc.constantFrom('Cat', 'DOG', 'Pet', 'Vacation', 'Hot Dog'), fc.string()),
  confidence,
  parents: fc.array(fc.constantFrom('Animal', 'Cat', 'dog', 'Mammal'), { maxLength: 3 }),
  aliases: fc.array(fc.string(), { maxLength: 2 }),
});

describe('the score of an animal', () => {
  test.each([
    ['its name', label('Cat', 80)],
    ['its name in capitals', label('CAT', 80)],
    ['a parent', label('Siamese', 80, { parents: ['Animal', 'Cat'] })],
    ['an alias', label('Feline', 80, { aliases: ['cat'] })],
  ])('counts a label that is the animal by %s', (_, one) => {
    expect(score('cat', [one])).toBe(80);
  });

  test.each([
    'Vacation',
    'Education',
    'Wildcat',
    'Catfish',
    'Bobcat',
    'Cattle',
    'Scatter',
    'Cats',
    'Cat Toy',
    'Cat ',
    '',
  ])('does not take "%s" for a cat, wherever it stands', (name) => {
    expect(score('cat', [label(name, 99, { parents: [name], aliases: [name] })])).toBe(0);
  });

  test.each(['Hot Dog', 'Hotdog', 'Prairie Dog', 'Dogwood', 'Underdog', 'Bulldog', 'Corn Dog'])(
    'does not take "%s" for a dog',
    (name) => {
      expect(score('dog', [label(name, 99, { parents: [name], aliases: [name] })])).toBe(0);
    },
  );

  test('is the highest of several', () => {
    expect(
      score('dog', [label('Dog', 61), label('Poodle', 93, { parents: ['Dog'] }), label('Dog', 70)]),
    ).toBe(93);
  });

  test('is 0 without labels and never above 100', () => {
    expect(score('cat', [])).toBe(0);
    expect(score('cat', [label('Cat', 100.00001)])).toBe(100);
  });
});

describe('chooseCategory at its boundaries (accept 90, floor 60, margin 15)', () => {
  /** The 32-bit float just below or above a number. */
  const step = (value: number, direction: -1 | 1): number => {
    const view = new DataView(new ArrayBuffer(4));
    view.setFloat32(0, value);
    view.setInt32(0, view.getInt32(0) + direction);
    return view.getFloat32(0);
  };

  test.each([
    [90, 0, 'cat (clear)'],
    [0, 90, 'dog (clear)'],
    [step(90, -1), 0, 'uncertain (low-confidence)'],
    [step(90, 1), 0, 'cat (clear)'],
    [60, 0, 'uncertain (low-confidence)'],
    [0, 60, 'uncertain (low-confidence)'],
    [step(60, -1), 0, 'other (no-animal)'],
    [0, step(60, -1), 'other (no-animal)'],
    [0, 0, 'other (no-animal)'],
    [59, 59, 'other (no-animal)'],
    [90, 75, 'cat (clear)'],
    [90, step(75, 1), 'uncertain (close-call)'],
    [95.1, 80.1, 'cat (clear)'],
    [75, 90, 'dog (clear)'],
    [97, 85, 'uncertain (close-call)'],
    [98, 83, 'cat (clear)'],
    [95, 91, 'uncertain (both-animals)'],
    [99, 90, 'uncertain (both-animals)'],
    [99, step(90, -1), 'uncertain (close-call)'],
    [90, 90, 'uncertain (both-animals)'],
    [70, 65, 'uncertain (close-call)'],
    [70, 55, 'uncertain (low-confidence)'],
    [70, step(55, 1), 'uncertain (close-call)'],
    [100, 85, 'cat (clear)'],
    [100, 100, 'uncertain (both-animals)'],
  ])('cat %p and dog %p are %s', (cat, dog, expected) => {
    expect(decide(cat, dog)).toBe(expected);
  });

  test('decimals that binary numbers cannot hold do not spoil a boundary', () => {
    expect(90 - 77.7).toBeLessThan(12.3);
    expect(decide(90, 77.7, { ...THRESHOLDS, margin: 12.3 })).toBe('cat (clear)');
  });

  test('equal scores are never accepted, not even with a margin of 0', () => {
    const noMargin = { ...THRESHOLDS, margin: 0 };
    expect(decide(95, 95, noMargin)).toBe('uncertain (both-animals)');
    expect(decide(70, 70, noMargin)).toBe('uncertain (close-call)');
    expect(decide(95, step(95, -1), noMargin)).toBe('cat (clear)');
  });
});

describe('chooseCategory in general', () => {
  test('always answers a decision that the record accepts, with the winner’s score', () => {
    fc.assert(
      fc.property(fc.array(anyLabel, { maxLength: 8 }), thresholds, (some, limits) => {
        const decision = chooseCategory(some, limits);
        expect(decisionSchema.parse(decision)).toEqual(decision);
        expect(decision.confidence).toBe(Math.max(decision.catScore, decision.dogScore));
      }),
    );
  });

  test('treats cats and dogs alike', () => {
    const swapped = { cat: 'dog', dog: 'cat', other: 'other', uncertain: 'uncertain' } as const;
    fc.assert(
      fc.property(confidence, confidence, thresholds, (one, other, limits) => {
        const straight = chooseCategory(labels(one, other), limits);
        const mirrored = chooseCategory(labels(other, one), limits);
        expect(mirrored.category).toBe(swapped[straight.category]);
        expect(mirrored.reason).toBe(straight.reason);
      }),
    );
  });

  test('does not depend on the order of labels', () => {
    fc.assert(
      fc.property(fc.array(anyLabel, { maxLength: 8 }), thresholds, (some, limits) => {
        expect(chooseCategory(some.toReversed(), limits)).toEqual(chooseCategory(some, limits));
      }),
    );
  });

  test('accepts no animal that is below accept or not ahead by the margin, and asks nobody about one below floor', () => {
    const tolerance = 2e-6;
    fc.assert(
      fc.property(confidence, confidence, thresholds, (cat, dog, limits) => {
        const { accept, floor, margin } = limits;
        const { category } = chooseCategory(labels(cat, dog), limits);
        const [winner, lead] = [Math.max(cat, dog), Math.abs(cat - dog)];
        if (category === 'cat' || category === 'dog') {
          expect(winner).toBeGreaterThanOrEqual(accept - tolerance);
          expect(lead).toBeGreaterThanOrEqual(margin - tolerance);
          expect(category).toBe(cat > dog ? 'cat' : 'dog');
        } else if (category === 'uncertain') {
          expect(winner).toBeGreaterThanOrEqual(floor - tolerance);
          expect(winner < accept || lead < margin || lead === 0).toBe(true);
        } else {
          expect(winner).toBeLessThan(floor);
        }
      }),
    );
  });

  test('more confidence in the only animal never turns a class into a doubt', () => {
    const rank = { other: 0, uncertain: 1, cat: 2, dog: 2 } as const;
    fc.assert(
      fc.property(confidence, confidence, thresholds, (one, other, limits) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        expect(rank[chooseCategory(labels(more, 0), limits).category]).toBeGreaterThanOrEqual(
          rank[chooseCategory(labels(less, 0), limits).category],
        );
      }),
    );
  });
});

describe('the confidence that Rekognition is asked for', () => {
  test('is floor less margin, and never negative', () => {
    expect(minimumConfidence(THRESHOLDS)).toBe(45);
    expect(minimumConfidence({ floor: 10, margin: 10 })).toBe(0);
    expect(minimumConfidence({ floor: 10, margin: 30 })).toBe(0);
  });

  test('labels below it change no category', () => {
    fc.assert(
      fc.property(fc.array(anyLabel, { maxLength: 8 }), thresholds, (some, limits) => {
        const asked = some.filter((one) => one.confidence >= minimumConfidence(limits));
        expect(chooseCategory(asked, limits).category).toBe(chooseCategory(some, limits).category);
      }),
    );
  });
});
