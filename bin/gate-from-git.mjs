#!/usr/bin/env node
// The gate where npm took it from a git URL: `npx --package git+https://… serverlessapp-gate`. npm leaves a lock file out of
// what it packs from git, so the package that bin/prepare.mjs laid out is installed here, by its own lock file.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const EXIT_CANNOT_RUN = 2;
const place = path.join(
  path.dirname(path.dirname(fileURLToPath(import.meta.url))),
  'dist',
  'gate',
  'package',
);

function fail(message) {
  console.error(message);
  process.exit(EXIT_CANNOT_RUN);
}

/** Once per place: npm keeps what it took for `npx` by its URL and commit. */
function installPackages() {
  if (!existsSync(path.join(place, 'npm-shrinkwrap.json')))
    fail(
      'npm took these sources from git without preparing them. → Install again without --ignore-scripts, or from the archive that `npm run package` makes.',
    );
  // npm ci takes all of node_modules away first, so that it stands only for an installation that came to its end.
  const marker = path.join(place, 'node_modules', '.installed');
  if (existsSync(marker)) return;
  console.error('Installing the locked npm packages (first run) …');
  const { status, error } = spawnSync(
    'npm',
    ['ci', '--include=dev', '--no-global', '--no-dry-run', '--no-audit', '--no-fund', '--loglevel=error'],
    { cwd: place, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  if (error)
    fail(`npm could not be started (${error.message}). → It comes with Node.js; put it on the PATH.`);
  if (status !== 0) fail(`npm ci ended with ${status}; its own words are above.`);
  writeFileSync(marker, '');
}

installPackages();
const gate = spawn(process.execPath, [path.join(place, 'bin', 'gate.mjs'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
gate.on('error', (error) => fail(`The gate could not be started: ${error.message}`));
gate.on('exit', (code) => process.exit(code ?? EXIT_CANNOT_RUN));
