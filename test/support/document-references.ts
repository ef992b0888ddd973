import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const PROJECT_ROOT = path.resolve(__dirname, '..', '..');

/** Made by commands, so not there on a clean clone. */
const NOT_OURS = new Set([
  'node_modules',
  '.git',
  '.cache',
  '.tools',
  'dist',
  'cdk.out',
  'compliance-report',
  'coverage',
]);

/** Every file of the project, by its path from the root. */
export function projectFiles(folder = ''): string[] {
  return readdirSync(path.join(PROJECT_ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    if (NOT_OURS.has(entry.name)) return [];
    const file = path.posix.join(folder, entry.name);
    return entry.isDirectory() ? projectFiles(file) : [file];
  });
}

/** As GitHub makes anchors of headings. */
const anchorOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');

const anchorsOf = (text: string): Set<string> =>
  new Set([...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => anchorOf(heading)));

const withoutFences = (text: string): string => text.replace(/^```.*?^```/gms, '');

/** Relative links of a document that lead nowhere, or to a heading that is not there. */
export function brokenLinks(document: string, text: string): string[] {
  const links = [...withoutFences(text).matchAll(/\]\(([^)\s]+)\)|src="([^"]+)"/g)];
  return links
    .map(([, link, source]) => link ?? source ?? '')
    .filter((link) => {
      if (/^[a-z]+:/.test(link)) return false;
      const [target = '', anchor] = link.split('#');
      if (target === '') return !anchorsOf(text).has(anchor ?? '');
      const file = path.join(PROJECT_ROOT, path.dirname(document), target);
      if (!existsSync(file)) return true;
      return anchor !== undefined && !anchorsOf(readFileSync(file, 'utf8')).has(anchor);
    });
}

const FILE_NAME = /^[\w.@-]+\.(ts|mjs|js|json|yaml|md|txt|sh|guard|svg)$/;

/** Paths in code spans of a document that do not exist: from the root, beside the document, or from `bases`. */
export function missingPaths(
  document: string,
  text: string,
  files: readonly string[],
  bases: readonly string[] = [],
): string[] {
  const folders = new Set(files.map((file) => file.split('/')[0]));
  const names = new Set(files.map((file) => path.basename(file)));
  // Folders are there by the files in them: an empty one is not on a clean clone.
  const known = new Set(
    files.flatMap((file) => file.split('/').map((_, at, parts) => parts.slice(0, at + 1).join('/'))),
  );
  const near = ['', path.dirname(document), ...bases];
  const exists = (span: string) =>
    near.some((base) => known.has(path.posix.join(base, span).replace(/\/$/, '')));
  return [...withoutFences(text).matchAll(/`([^`\s]+)`/g)]
    .map(([, span = '']) => span)
    .filter((span) => {
      if (FILE_NAME.test(span)) return !names.has(span) && !exists(span);
      const first = span.split('/')[0] ?? '';
      const isPath =
        /^[\w.@/-]+$/.test(span) &&
        span.includes('/') &&
        (folders.has(first) || FILE_NAME.test(path.basename(span)));
      return isPath && !NOT_OURS.has(first) && !exists(span);
    });
}

/** `npm run NAME` of a document without such a script, and `node … FILE` without such a file. */
export function missingCommands(text: string, scripts: readonly string[]): string[] {
  const runs = [...text.matchAll(/npm run (?:-s |--silent )?([a-z][\w:-]*)/g)]
    .map(([, name = '']) => name)
    .filter((name) => !scripts.includes(name));
  const programs = [...text.matchAll(/\bnode (?:--import tsx )?([\w./-]+\.(?:ts|mjs|js))/g)]
    .map(([, file = '']) => file)
    .filter((file) => !existsSync(path.join(PROJECT_ROOT, file)));
  return [...runs, ...programs];
}

/** Operations that a document names after `npm run ops --`; a rehearsal has the name of what is rehearsed besides. */
export const namedOperations = (text: string): string[] =>
  [...text.matchAll(/npm run ops -- (rehearse [a-z]+|[a-z][a-z-]*)/g)].map(([, name = '']) => name);
