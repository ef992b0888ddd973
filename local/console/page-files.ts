import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { CONTENT_POLICIES } from './answer';

/** A file as it is served. */
export interface PageFile {
  headers: Record<string, string>;
  content: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.sarif': 'application/json',
  '.svg': 'image/svg+xml',
};
const PAGE = join(__dirname, 'page');
const OWN = [
  ...[
    'console.css',
    'icon.svg',
    'console.js',
    'api-document.css',
    'api-document.js',
    'details.js',
    'events.js',
    'records.js',
    'reviews.js',
  ],
  ...['send.js', 'tour.js', 'words.js', 'workflow.js'],
];
const RENDERER = ['swagger-ui-bundle.js', 'swagger-ui.css'];

async function load(file: string, policy: string): Promise<PageFile> {
  const type = TYPES[extname(file)] ?? 'application/octet-stream';
  return {
    headers: { 'content-type': type, 'content-security-policy': policy },
    content: await readFile(file),
  };
}

/** The files of the page and of the API document's page, by path; undefined for any other. */
export async function readPageFile(path: string): Promise<PageFile | undefined> {
  if (path === '/') return load(join(PAGE, 'index.html'), CONTENT_POLICIES.console);
  if (path === '/api-document') return load(join(PAGE, 'api-document.html'), CONTENT_POLICIES.apiDocument);
  const name = path.slice(1);
  if (OWN.includes(name)) return load(join(PAGE, name), CONTENT_POLICIES.console);
  const asset = path.replace(/^\/swagger-ui\//, '');
  if (asset === path || !RENDERER.includes(asset)) return undefined;
  return load(require.resolve(`swagger-ui-dist/${asset}`), CONTENT_POLICIES.console);
}

/** What stands where the report will be. */
export const readNoReport = (): Promise<PageFile> =>
  load(join(PAGE, 'no-report.html'), CONTENT_POLICIES.console);

/** A file of the evidence pack below `directory`; undefined when there is none, or a link leads out of it. */
export async function readReportFile(directory: string, path: string): Promise<PageFile | undefined> {
  try {
    const root = await realpath(directory);
    const file = await realpath(join(root, path === '' ? 'index.html' : path));
    return file.startsWith(root + sep) ? await load(file, CONTENT_POLICIES.report) : undefined;
  } catch {
    return undefined;
  }
}
