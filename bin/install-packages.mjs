// Installs exactly what the lock file says, whatever npm is told by the user's settings, and looks whether it is there.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Settings by which `npm ci` ends with 0 and leaves something out, or installs elsewhere: NODE_ENV=production, omit, only,
 * global, dry-run … https://docs.npmjs.com/cli/v11/commands/npm-ci#include: what is in both lists is included.
 */
const WHATEVER_THE_SETTINGS = [
  ...['--include=prod', '--include=dev', '--include=optional', '--include=peer'],
  ...[
    '--no-global',
    '--no-dry-run',
    '--package-lock',
    '--no-package-lock-only',
    '--install-strategy=hoisted',
  ],
  ...['--no-audit', '--no-fund', '--loglevel=error'],
];

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

const identityOf = (root) =>
  createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .update(`${process.platform}-${process.arch}`)
    .digest('hex');

/**
 * Installs once per lock file, system and processor, and again when something is missing.
 * @param fail - gets a sentence on what is wrong and one on what to do; does not return
 */
export function installPackages(root, fail) {
  const identity = identityOf(root);
  const marker = path.join(root, 'node_modules', '.serverlessapp-installed');
  const isMarked = existsSync(marker) && readFileSync(marker, 'utf8') === identity;
  if (isMarked && missingPackages(root).length === 0) return;
  const begin = Date.now();
  console.error(
    isMarked
      ? 'Packages are missing from node_modules; installing the locked ones again …'
      : 'Installing the locked npm packages (first run, or the lock file changed) …',
  );
  const { NODE_ENV: _, ...env } = process.env;
  const install = spawnSync('npm', ['ci', ...WHATEVER_THE_SETTINGS], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env,
  });
  if (install.error)
    fail(`npm could not be started (${install.error.message}). It comes with Node.js; put it on the PATH.`);
  if (install.status !== 0)
    fail('npm ci failed; see its message above: it names the registry, the certificate or the folder.');
  const missing = missingPackages(root);
  if (missing.length > 0) {
    fail(
      `npm ci ended well and left out ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ` and ${missing.length - 3} more` : ''}. A setting of npm does that: see "npm config ls -l" for omit, only, global and prefix.`,
    );
  }
  mkdirSync(path.dirname(marker), { recursive: true });
  writeFileSync(marker, identity);
  console.error(`npm packages installed in ${((Date.now() - begin) / 1000).toFixed(0)} s.`);
}
