import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FUNCTION_IDS, kebabName } from '../../lambda/functions';

/** Fills a folder with a bundle of every function that is empty: templates do not depend on what is in a bundle. */
export function fillWithEmptyBundles(folder: string): string {
  for (const id of FUNCTION_IDS) {
    const bundle = path.join(folder, kebabName(id));
    mkdirSync(bundle, { recursive: true });
    writeFileSync(path.join(bundle, 'index.js'), '');
  }
  return folder;
}
