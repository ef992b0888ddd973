import type { VerdictRow } from '../verdict-row';

/** Where a test file's JUnit result stands in the pack. */
export const testPlace = (file: string): string => `tests/${file.replace(/^test\//, '')}.xml`;

/** A stack's template in the pack, as it was evaluated. */
export const templatePlace = (stack: string): string => `templates/${stack}.template.json`;

/** The same template with an anchor for each line (`#L12`), for browsers. */
export const templatePage = (stack: string): string => `templates/${stack}.template.html`;

/** The row's line in the pack's template: `templates/STACK.template.json:12`. */
export const templateLine = ({ stack, template }: VerdictRow): string =>
  stack === undefined || template === undefined ? '' : `${templatePlace(stack)}:${template.line}`;

/** The row's line in the repository, at the commit that the pack names. */
export const sourceLine = ({ source }: VerdictRow): string =>
  source === undefined ? '' : `${source.file}:${source.line}`;
