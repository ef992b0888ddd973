import { BOUNDS } from '../../../lambda/domain/bounds';
import { candidatesOf, withPlacesOfAnimals } from '../../../lambda/domain/candidates';
import type { Decision, Label } from '../../../lambda/domain/detection-record';

const box = { left: 0, top: 0, width: 1, height: 1 };
const label = (name: string, confidences: readonly number[], parents: string[] = []): Label => ({
  name,
  confidence: 90,
  parents,
  aliases: [],
  instances: confidences.map((confidence) => ({ confidence, box })),
});
const decision: Decision = { category: 'cat', confidence: 95, reason: 'clear', catScore: 95, dogScore: 0 };

test('places are kept for the animals alone, the surest of them', () => {
  const many = Array.from({ length: 40 }, (_, index) => index);
  const [cat, person, dog] = withPlacesOfAnimals([
    label('Cat', many),
    label('Person', [99]),
    label('Dog', []),
  ]);
  expect(cat?.instances?.map(({ confidence }) => confidence)).toEqual(
    many.toReversed().slice(0, BOUNDS.boxes),
  );
  expect(person).not.toHaveProperty('instances');
  expect(dog).not.toHaveProperty('instances');
});

test('an animal is a candidate when it was seen, with the places of its breeds', () => {
  expect(
    candidatesOf(decision, [label('Hot Dog', [99]), label('Manx', [80], ['Cat']), label('Cat', [90])]),
  ).toEqual([{ animal: 'cat', score: 95, boxes: [90, 80].map((confidence) => ({ confidence, box })) }]);
  const both = candidatesOf({ ...decision, dogScore: 97 }, []);
  expect(both.map(({ animal }) => animal)).toEqual(['dog', 'cat']);
});
