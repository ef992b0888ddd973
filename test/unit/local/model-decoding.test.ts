import { createAnchors } from '../../../local/rekognition/anchors';
import { calibratedConfidence } from '../../../local/rekognition/confidence-calibration';
import { decodeDetections, overlap, suppressOverlaps } from '../../../local/rekognition/detections';
import { loadModelAsset, ModelAssetError, parseModelAsset } from '../../../local/rekognition/model-asset';

const LABELS = ['???', 'Cat', 'Dog'];
const BOX = { left: 0.1, top: 0.1, right: 0.5, bottom: 0.5 };

describe('the packed model asset', () => {
  test('holds 24 classes, the background first, and a TFLite model', async () => {
    const { labels, model } = await loadModelAsset();
    expect(labels).toHaveLength(24);
    expect(labels.slice(0, 2)).toEqual(['???', 'Bicycle']);
    expect(labels.at(-1)).toBe('Car');
    expect(Buffer.from(model.subarray(4, 8)).toString()).toBe('TFL3');
  });

  test.each([
    ['no model', 'Cat\nDog\n'],
    ['no labels', '0000TFL3'],
    ['labels without pets', '???\nChair\n0000TFL3'],
  ])('is refused with %s', (_name, content) => {
    expect(() => parseModelAsset(Buffer.from(content))).toThrow(ModelAssetError);
  });
});

describe('the anchors of the model', () => {
  const anchors = createAnchors();

  test('are 1,917: three a cell on the finest map, six on the others', () => {
    expect(anchors).toHaveLength(19 * 19 * 3 + (100 + 25 + 9 + 4 + 1) * 6);
  });

  test('begin at the top left with the small square, and go by rows', () => {
    expect(anchors[0]).toEqual({ x: 0.5 / 19, y: 0.5 / 19, width: 0.1, height: 0.1 });
    expect(anchors[3]).toMatchObject({ x: 1.5 / 19, y: 0.5 / 19 });
    expect(anchors[19 * 3]).toMatchObject({ x: 0.5 / 19, y: 1.5 / 19 });
  });

  test('end with a square between the largest scale and the whole picture', () => {
    expect(anchors.at(-1)).toEqual({ x: 0.5, y: 0.5, width: Math.sqrt(0.95), height: Math.sqrt(0.95) });
  });

  test('keep their area for every ratio', () => {
    const [, wide, tall] = anchors;
    expect(wide && wide.width / wide.height).toBeCloseTo(2);
    expect(tall && tall.width / tall.height).toBeCloseTo(1 / 2);
    expect(wide && wide.width * wide.height).toBeCloseTo(0.04);
  });
});

describe('decoding what the model answers', () => {
  const anchors = [
    { x: 0.5, y: 0.5, width: 0.2, height: 0.4 },
    { x: 0.2, y: 0.2, width: 0.2, height: 0.2 },
  ];
  const decode = (logits: number[], boxes = [0, 0, 0, 0, 0, 0, 0, 0]) =>
    decodeDetections(
      { boxes: Float32Array.from(boxes), logits: Float32Array.from(logits) },
      anchors,
      LABELS,
      0.15,
    );

  test('takes the best class of each anchor and never the background', () => {
    const [first, second, ...rest] = decode([9, -9, 0, 9, 1, -9]);
    expect(rest).toEqual([]);
    expect(first).toMatchObject({ label: 'Cat', score: expect.closeTo(0.731) as number });
    expect(second).toMatchObject({ label: 'Dog', score: 0.5 });
  });

  test('leaves out what is below the lowest score', () => {
    expect(decode([0, -9, -9, 0, -9, -9])).toEqual([]);
  });

  test('moves the centre by tenths of the anchor and scales the size by the exponential of fifths', () => {
    const [detection] = decode([0, 2, 0, 0, -9, -9], [1, 2, 5, -5, 0, 0, 0, 0]);
    const width = 0.2 / Math.E;
    const height = 0.4 * Math.E;
    expect(detection?.box.left).toBeCloseTo(0.54 - width / 2);
    expect(detection?.box.right).toBeCloseTo(0.54 + width / 2);
    expect(detection?.box.top).toBeCloseTo(0.54 - height / 2);
    expect(detection?.box.bottom).toBeCloseTo(0.54 + height / 2);
  });
});

describe('suppression of overlaps', () => {
  const nearly = { ...BOX, right: 0.52 };
  const half = { ...BOX, left: 0.3, right: 0.7 };

  test('measures the shared part of the whole', () => {
    expect(overlap(BOX, BOX)).toBeCloseTo(1);
    expect(overlap(BOX, half)).toBeCloseTo(1 / 3);
    expect(overlap(BOX, { left: 0.6, top: 0.6, right: 0.9, bottom: 0.9 })).toBe(0);
  });

  test('keeps the best of boxes of one label that mostly overlap', () => {
    const best = { label: 'Cat', score: 0.9, box: BOX };
    expect(suppressOverlaps([best, { label: 'Cat', score: 0.8, box: nearly }])).toEqual([best]);
  });

  test('keeps another label in the same place, and the same label elsewhere', () => {
    const all = [
      { label: 'Cat', score: 0.9, box: BOX },
      { label: 'Dog', score: 0.8, box: nearly },
      { label: 'Cat', score: 0.7, box: half },
    ];
    expect(suppressOverlaps(all)).toEqual(all);
  });
});

describe('the calibration of confidences', () => {
  test.each([
    [0, 0],
    [0.225, 30],
    [0.45, 60],
    [0.58, 90],
    [0.69, 94],
    [0.8, 98],
    [1, 100],
    [-1, 0],
    [2, 100],
  ])('puts %d at %d percent', (score, confidence) => {
    expect(calibratedConfidence(score)).toBeCloseTo(confidence);
  });

  test('never changes the order of two scores', () => {
    const confidences = Array.from({ length: 201 }, (_, step) => calibratedConfidence(step / 200));
    expect(confidences).toEqual([...confidences].sort((first, second) => first - second));
    expect(new Set(confidences).size).toBe(confidences.length);
  });
});
