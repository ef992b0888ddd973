import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../tools/setup/project-paths';

/** A drawing of this system that stands in the pack; `npm run generate pictures` makes them from the templates. */
export interface Picture {
  readonly file: string;
  readonly title: string;
  readonly shows: 'boundary' | 'network' | 'data flow';
}

export const PICTURES: readonly Picture[] = [
  {
    file: 'pictures/stacks.svg',
    title: 'The stacks of production, and which waits for which',
    shows: 'boundary',
  },
  {
    file: 'pictures/network.svg',
    title: 'The functions, and the endpoints by which each reaches AWS',
    shows: 'network',
  },
  { file: 'pictures/flow.svg', title: 'The way of a picture through the system', shows: 'data flow' },
];

/** The pictures' content, as the repository has it. */
export const readPictures = (): [string, string][] =>
  PICTURES.map(({ file }) => [
    file,
    readFileSync(path.join(PROJECT_ROOT, '.github', 'images', path.basename(file)), 'utf8'),
  ]);
