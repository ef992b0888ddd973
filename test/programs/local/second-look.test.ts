import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Detection } from '../../../local/rekognition/detections';
import { animalShares } from '../../../local/rekognition/second-look/animal-shares';
import {
  ensureClassifierWeights,
  loadClassifier,
} from '../../../local/rekognition/second-look/classifier-asset';
import { fuse } from '../../../local/rekognition/second-look/fuse-scores';
import { lookAgain } from '../../../local/rekognition/second-look/look-again';
import { PickleReader } from '../../../local/rekognition/second-look/restricted-pickle';
import { readCheckpoint } from '../../../local/rekognition/second-look/torch-checkpoint';
import { silentProgress } from '../../../tools/setup/progress';

const boxAt = (left: number) => ({ left, top: 0, right: left + 0.1, bottom: 0.1 });
const seen = (label: string, score: number, left = 0): Detection => ({ label, score, box: boxAt(left) });
const NOTHING = { cat: 0, dog: 0, animal: 0 };
const CAT = { cat: 0.95, dog: 0.01, animal: 0.97 };
const DOG = { cat: 0, dog: 0.95, animal: 0.97 };
const LION = { cat: 0.01, dog: 0.03, animal: 0.95 };

describe('a score and what the classifier saw in its box', () => {
  test('stay as they are when it saw no animal', () => {
    expect(fuse(seen('Dog', 0.7), NOTHING)).toEqual([seen('Dog', expect.closeTo(0.7, 5) as number)]);
  });

  test('agree: the score rises, and the other animal does not appear', () => {
    const fused = fuse(seen('Cat', 0.53), CAT);
    expect(fused.map(({ label }) => label)).toEqual(['Cat']);
    expect(fused[0]?.score).toBeGreaterThan(0.7);
  });

  test('another animal: the score falls below what is accepted', () => {
    for (const score of [0.6, 0.7, 0.8]) expect(fuse(seen('Dog', score), LION)[0]?.score).toBeLessThan(0.58);
  });

  test('the other pet: it appears beside the one that the detector named', () => {
    const fused = new Map(fuse(seen('Dog', 0.69), CAT).map(({ label, score }) => [label, score]));
    expect(fused.get('Cat')).toBeGreaterThan(0.8);
    expect(fused.get('Dog')).toBeLessThan(0.45);
  });

  test('half a word never raises', () => {
    const unsure = { cat: 0, dog: 0.5, animal: 0.8 };
    expect(fuse(seen('Dog', 0.6), unsure)[0]?.score).toBe(0.6);
  });
});

describe('the looks', () => {
  const looking = async (detections: Detection[], what: typeof CAT) => {
    const looked: number[] = [];
    const result = await lookAgain(detections, (box) => {
      looked.push(box.left);
      return Promise.resolve(what);
    });
    return { looked, result };
  };

  test('go to the best of each kind first, and to three boxes at most', async () => {
    const detections = [0.9, 0.8, 0.7, 0.6].map((score, index) => seen('Dog', score, index));
    const { looked } = await looking([...detections, seen('Cat', 0.5, 9)], DOG);
    expect(looked).toEqual([0, 9, 1]);
  });

  test('leave out what is no pet, and what could not reach a category', async () => {
    const { looked, result } = await looking([seen('Chair', 0.9), seen('Cat', 0.16, 1)], CAT);
    expect(looked).toEqual([]);
    expect(result).toEqual([seen('Chair', 0.9), seen('Cat', 0.16, 1)]);
  });

  test('bound the boxes that nobody looked at', async () => {
    const lions = [0.8, 0.79, 0.78, 0.77].map((score, index) => seen('Dog', score, index));
    const { result } = await looking(lions, LION);
    expect(Math.max(...result.map(({ score }) => score))).toBeLessThan(0.58);
  });

  test('give the surest first', async () => {
    const { result } = await looking([seen('Dog', 0.7), seen('Chair', 0.6, 1)], LION);
    expect(result.map(({ label }) => label)).toEqual(['Chair', 'Dog']);
  });
});

test('shares count breeds, domestic cats, every animal and the teddy', () => {
  const probabilities = new Float32Array(1000);
  // Tabby, husky, timber wolf, teddy bear, pizza.
  for (const [index, probability] of [
    [281, 0.25],
    [250, 0.125],
    [269, 0.0625],
    [850, 0.03125],
    [963, 0.5],
  ] as const)
    probabilities[index] = probability;
  expect(animalShares(probabilities)).toEqual({ cat: 0.25, dog: 0.125, animal: 0.46875 });
});

describe('the reader of weights', () => {
  const read = (pickle: string | Buffer) =>
    new PickleReader(
      Buffer.from(pickle as string, 'latin1'),
      { 'fine call': () => 'called' },
      () => null,
    ).read();

  test('calls what it is allowed to', () => {
    expect(read('\x80\x02cfine\ncall\n)R.')).toBe('called');
  });

  test.each([
    ['a name that is not allowed', '\x80\x02cos\nsystem\n(X\x02\x00\x00\x00idtR.', 'names os system'],
    ['a name of every object', '\x80\x02cconstructor\nconstructor\n)R.', 'names constructor constructor'],
    ['a call of data', '\x80\x02X\x02\x00\x00\x00id)R.', 'calls something'],
    ['an instruction that makes objects (INST)', '\x80\x02(ios\nsystem\n.', 'instruction 0x69'],
    ['an instruction that makes objects (NEWOBJ)', '\x80\x02)\x81.', 'instruction 0x81'],
    ['another protocol', '\x80\x04.', 'protocol 2'],
    ['an early end', '\x80\x02X\xff\x00\x00\x00id', 'ends too early'],
    ['an empty stack', '\x80\x02.', 'takes more than it made'],
  ])('refuses %s', (_what, pickle, message) => {
    expect(() => read(pickle)).toThrow(message);
  });

  test('refuses a checkpoint of another format', () => {
    expect(() => readCheckpoint(Buffer.from('PK\x03\x04'))).toThrow('0x50');
  });
});

describe('the classifier', () => {
  let file: string;
  beforeAll(async () => {
    file = await ensureClassifierWeights(silentProgress);
  });

  test('comes out of the locked weights the same, byte for byte', async () => {
    const model = await loadClassifier(file);
    expect(Buffer.from(model.subarray(4, 8)).toString()).toBe('TFL3');
    expect(createHash('sha256').update(model).digest('hex')).toBe(
      'd6795bd435d90d89d602abd34c42b930be0ca3f8b15c6432ccccdf86d1b3f4b8',
    );
  });

  test('is not made of other weights', async () => {
    await expect(loadClassifier(__filename)).rejects.toThrow('locked is 5793');
  });

  test('is not made of weights that are cut off', async () => {
    const whole = await readFile(file);
    expect(() => readCheckpoint(whole.subarray(0, whole.length - 1))).toThrow('ends within its numbers');
  });
});
