import { answerLabels } from '../../../local/rekognition/label-answer';
import { describeClass } from '../../../local/rekognition/label-taxonomy';
import { loadModelAsset } from '../../../local/rekognition/model-asset';

const BOX = { left: -0.1, top: 0.25, right: 0.5, bottom: 1.5 };
const ALL = { minimumConfidence: 0, maximumLabels: 1000, filters: {} };
const CAT = { label: 'Cat', score: 0.8, box: BOX };
const DOG = { label: 'Dog', score: 0.58, box: BOX };

const names = (labels: { Name?: string | undefined }[]) => labels.map(({ Name }) => Name);

describe('the labels of an answer', () => {
  test('carry instances, parents, aliases and the category', () => {
    const [label] = answerLabels([CAT], ALL);
    expect(label).toMatchObject({
      Name: 'Cat',
      Parents: [{ Name: 'Animal' }, { Name: 'Mammal' }, { Name: 'Pet' }],
      Aliases: [{ Name: 'Domestic Cat' }],
      Categories: [{ Name: 'Animals and Pets' }],
    });
    expect(label?.Confidence).toBeCloseTo(98);
    expect(label?.Instances?.[0]?.BoundingBox).toEqual({ Left: 0, Top: 0.25, Width: 0.5, Height: 0.75 });
  });

  test('include every ancestor once, as sure as its surest descendant, without instances', () => {
    const pets = answerLabels([CAT, DOG], ALL).filter(({ Name }) => Name === 'Pet');
    expect(pets).toHaveLength(1);
    expect(pets[0]?.Confidence).toBeCloseTo(98);
    expect(pets[0]?.Instances).toEqual([]);
  });

  test('collect the instances of one label, and its confidence is that of the surest', () => {
    const [label] = answerLabels([CAT, { ...CAT, score: 0.58 }], ALL);
    expect(label?.Instances).toHaveLength(2);
    expect(label?.Confidence).toBeCloseTo(98);
  });

  test('leave out what is less sure than asked for, and keep what is exactly so', () => {
    const confidence = answerLabels([DOG], ALL)[0]?.Confidence ?? 0;
    expect(names(answerLabels([DOG], { ...ALL, minimumConfidence: confidence }))).toContain('Dog');
    expect(answerLabels([DOG], { ...ALL, minimumConfidence: confidence + 0.1 })).toEqual([]);
  });

  test('are the surest first, and no more than asked for', () => {
    expect(names(answerLabels([CAT, DOG], { ...ALL, maximumLabels: 1 }))).toEqual(['Cat']);
  });

  test.each([
    ['included labels', { includedLabels: ['Dog'] }, ['Dog']],
    ['excluded labels', { excludedLabels: ['Animal', 'Mammal', 'Pet', 'Canine', 'Cat'] }, ['Dog']],
    ['included categories', { includedCategories: ['Toys and Gaming'] }, []],
    ['excluded categories', { excludedCategories: ['Animals and Pets'] }, []],
    ['both, where the exclusion wins', { includedLabels: ['Cat', 'Dog'], excludedLabels: ['Cat'] }, ['Dog']],
  ])('obey %s', (_name, filters, expected) => {
    expect(names(answerLabels([CAT, DOG], { ...ALL, filters }))).toEqual(expected);
  });
});

test('every class of the model has a description of its own', async () => {
  const { labels } = await loadModelAsset();
  const undescribed = labels.slice(1).filter((label) => describeClass(label).category === 'Uncategorized');
  expect(undescribed).toEqual([]);
});
