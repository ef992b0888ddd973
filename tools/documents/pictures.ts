import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../setup/project-paths';

/** A picture of a document: the Mermaid block that follows `<!-- picture: NAME -->`. */
export interface Picture {
  readonly name: string;
  readonly source: string;
}

const PICTURE = /<!-- picture: ([a-z-]+) -->(?:\s|<!--[^>]*-->)*```mermaid\n(.*?)```/gs;

/** Where a picture is drawn to, from the root. */
export const drawingOf = ({ name }: Picture): string => `.github/images/${name}.svg`;

/** The line by which a drawing says what it was drawn from. */
export const sourceMark = ({ source }: Picture): string =>
  `<!-- source sha256:${createHash('sha256').update(source).digest('hex')} -->`;

/** Every picture of the guide and of the generated pages. */
export function pictures(): Picture[] {
  const pages = readdirSync(path.join(PROJECT_ROOT, 'docs', 'generated')).sort();
  return ['ARCHITECTURE.md', ...pages.map((page) => `docs/generated/${page}`)]
    .flatMap((file) => [...readFileSync(path.join(PROJECT_ROOT, file), 'utf8').matchAll(PICTURE)])
    .map(([, name = '', source = '']) => ({ name, source }));
}

/** Pictures that were not drawn since their source changed. */
export const undrawnPictures = (): Picture[] =>
  pictures().filter((picture) => {
    const file = path.join(PROJECT_ROOT, drawingOf(picture));
    return !existsSync(file) || !readFileSync(file, 'utf8').startsWith(sourceMark(picture));
  });
