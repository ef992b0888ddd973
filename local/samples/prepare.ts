import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Category } from '../../lambda/domain/category';
import type { Progress } from '../../tools/setup/progress';
import {
  bothAnimals,
  dogSideways,
  largeCat,
  type Photograph,
  PHOTOGRAPHS,
  type Recipe,
  textWithPicturesName,
  truncatedCat,
} from './sample-recipes';

/** A sample picture, ready to be sent. */
export interface Sample {
  /** Absolute path. */
  file: string;
  /** What the system must make of it; `refused`: a typed error or quarantine, never a category. */
  expected: Category | 'refused';
  /** What it shows, for the table of results. */
  note: string;
}

interface SampleDefinition extends Omit<Sample, 'file'> {
  name: string;
  make: Recipe;
}

const asItIs =
  (name: Photograph): Recipe =>
  (photographs) =>
    Promise.resolve(photographs[name]);

const SAMPLES: readonly SampleDefinition[] = [
  { name: 'cat.jpg', expected: 'cat', note: 'a cat', make: asItIs('cat.jpg') },
  { name: 'dog.jpg', expected: 'dog', note: 'a dog', make: asItIs('dog.jpg') },
  {
    name: 'dog-with-person.jpg',
    expected: 'dog',
    note: 'a dog and its person',
    make: asItIs('dog-with-person.jpg'),
  },
  { name: 'pizza.jpg', expected: 'other', note: 'neither', make: asItIs('pizza.jpg') },
  {
    name: 'cat-and-dog.jpg',
    expected: 'uncertain',
    note: 'both, composed of the cat and the dog at set-up',
    make: bothAnimals,
  },
  {
    name: 'dog-sideways.jpg',
    expected: 'uncertain',
    note: 'the dog, turned on its side at set-up until it is hard to tell',
    make: dogSideways,
  },
  {
    name: 'large-cat.png',
    expected: 'cat',
    note: 'the cat, enlarged at set-up beyond 5 MB: presigned POST, and read by Rekognition from S3',
    make: largeCat,
  },
  { name: 'truncated.jpg', expected: 'refused', note: 'the cat, cut off in the middle', make: truncatedCat },
  { name: 'text.jpg', expected: 'refused', note: "a text with a picture's name", make: textWithPicturesName },
];

/** The committed photographs are part of the identity of what is made from them, and so are the recipes. */
async function sourceIdentity(photographs: Readonly<Record<Photograph, Buffer>>): Promise<string> {
  const hash = createHash('sha256');
  for (const name of PHOTOGRAPHS) hash.update(photographs[name]);
  for (const file of ['prepare.ts', 'sample-recipes.ts']) hash.update(await readFile(join(__dirname, file)));
  return hash.digest('hex').slice(0, 12);
}

async function readPhotographs(): Promise<Record<Photograph, Buffer>> {
  const entries = PHOTOGRAPHS.map(
    async (name) => [name, await readFile(join(__dirname, 'pictures', name))] as const,
  );
  return Object.fromEntries(await Promise.all(entries)) as Record<Photograph, Buffer>;
}

/** Complete or not there at all, so that several runs at once need no lock. */
async function makeOnce(directory: string, photographs: Readonly<Record<Photograph, Buffer>>): Promise<void> {
  const draft = `${directory}.${process.pid}-${Date.now()}`;
  try {
    await mkdir(draft, { recursive: true });
    await Promise.all(
      SAMPLES.map(async ({ name, make }) => writeFile(join(draft, name), await make(photographs))),
    );
    await rename(draft, directory).catch((error: unknown) => {
      if (!existsSync(directory)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/**
 * The sample pictures as files under `cacheDirectory`: committed CC0 photographs and what is made from them. Nothing is
 * downloaded; made once, and again when a photograph or a recipe changes.
 */
export async function prepareSamples(cacheDirectory: string, progress: Progress): Promise<Sample[]> {
  const photographs = await readPhotographs();
  const directory = join(cacheDirectory, `samples-${await sourceIdentity(photographs)}`);
  if (!existsSync(directory)) {
    await progress.step('sample pictures', () => makeOnce(directory, photographs));
  }
  return SAMPLES.map(({ name, expected, note }) => ({ file: join(directory, name), expected, note }));
}
