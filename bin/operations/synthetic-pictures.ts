import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import type { Category } from '../../lambda/domain/category';

export interface SyntheticPicture {
  readonly path: string;
  readonly name: string;
  /** What the photograph that it is made from shows. */
  readonly expected: Category;
}

const PHOTOGRAPHS = path.resolve(__dirname, '..', '..', 'local', 'samples', 'pictures');
const SUBJECTS: readonly { readonly file: string; readonly expected: Category }[] = [
  { file: 'cat.jpg', expected: 'cat' },
  { file: 'dog.jpg', expected: 'dog' },
  { file: 'pizza.jpg', expected: 'other' },
];
/** Brightness from 0.90 to 1.10: enough that no two files are the same, too little to change what is seen. */
const LEAST_BRIGHTNESS = 0.9;
const STEPS = 2000;

/**
 * Makes the `index`-th picture of a run in a folder: one of the sample photographs at a brightness of its own, so that
 * every picture is a new one and what it shows is known.
 */
export async function makeSyntheticPicture(folder: string, index: number): Promise<SyntheticPicture> {
  const subject = SUBJECTS[index % SUBJECTS.length];
  if (subject === undefined) throw new RangeError(`${index} is no index.`);
  const brightness = LEAST_BRIGHTNESS + ((index * 7) % STEPS) / (STEPS * 5);
  const name = `synthetic-${index}-${subject.expected}.jpg`;
  const file = path.join(folder, name);
  const picture = sharp(await readFile(path.join(PHOTOGRAPHS, subject.file))).modulate({ brightness });
  await writeFile(file, await picture.jpeg({ quality: 90 }).toBuffer());
  return { path: file, name, expected: subject.expected };
}
