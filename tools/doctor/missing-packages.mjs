import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** Of a package in node_modules; undefined where it is not there, or npm is just writing it. */
function installedVersion(root, name) {
  const manifest = path.join(root, 'node_modules', name, 'package.json');
  if (!existsSync(manifest)) return undefined;
  try {
    return readJson(manifest).version;
  } catch {
    return undefined;
  }
}

/** Direct dependencies that are not there, or not in the version that package.json names. */
export function missingPackages(root) {
  const { dependencies, devDependencies } = readJson(path.join(root, 'package.json'));
  return Object.entries({ ...dependencies, ...devDependencies })
    .filter(([name, version]) => installedVersion(root, name) !== version)
    .map(([name]) => name);
}
