import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const FILES = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/console.css': ['console.css', 'text/css; charset=utf-8'],
  '/icon.svg': ['icon.svg', 'image/svg+xml'],
  '/console.js': ['console.js', 'text/javascript; charset=utf-8'],
} as const;

export interface PageFile {
  contentType: string;
  content: Buffer;
}

/** The files of the page, by path; undefined for any other. */
export async function readPageFile(path: string): Promise<PageFile | undefined> {
  const entry = Object.entries(FILES).find(([known]) => known === path);
  if (!entry) return undefined;
  const [name, contentType] = entry[1];
  return { contentType, content: await readFile(join(__dirname, 'page', name)) };
}
