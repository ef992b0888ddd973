import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** Direct dependencies that are not there, or not in the version that package.json names. */
export function missingPackages(root) {
  const { dependencies, devDependencies } = readJson(path.join(root, 'package.json'));
  return Object.entries({ ...dependencies, ...devDependencies })
    .filter(([name, version]) => {
      const manifest = path.join(root, 'node_modules', name, 'package.json');
      return !existsSync(manifest) || readJson(manifest).version !== version;
    })
    .map(([name]) => name);
}
