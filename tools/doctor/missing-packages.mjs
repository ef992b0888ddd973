import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/**
 * What package.json asks for under a name: another package where it says `npm:NAME@VERSION`.
 * https://docs.npmjs.com/cli/v11/using-npm/package-spec#aliases
 */
function asked(name, specifier) {
  const alias = /^npm:(?<name>.+)@(?<version>[^@]+)$/.exec(specifier)?.groups;
  return alias ?? { name, version: specifier };
}

/** Of a package in node_modules; undefined where it is not there, or npm is just writing it. */
function installed(root, name) {
  const manifest = path.join(root, 'node_modules', name, 'package.json');
  if (!existsSync(manifest)) return undefined;
  try {
    return readJson(manifest);
  } catch {
    return undefined;
  }
}

/** Direct dependencies that are not there, or not in the version that package.json names. */
export function missingPackages(root) {
  const { dependencies, devDependencies } = readJson(path.join(root, 'package.json'));
  return Object.entries({ ...dependencies, ...devDependencies })
    .filter(([name, specifier]) => {
      const wanted = asked(name, specifier);
      const is = installed(root, name);
      return is?.name !== wanted.name || is.version !== wanted.version;
    })
    .map(([name]) => name);
}
