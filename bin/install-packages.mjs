// Installs exactly what the lock file says, whatever npm is told by the user's settings, and looks whether it is there.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { causeOf } from '../tools/doctor/causes.mjs';
import { npmRegistry, unloadablePackages } from '../tools/doctor/checks/packages.mjs';
import { missingPackages } from '../tools/doctor/missing-packages.mjs';

/** Settings of the C library, as npm names them; undefined where there is only one. */
const libc = () =>
  process.platform === 'linux'
    ? [process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl']
    : [];

/**
 * Settings by which `npm ci` ends with 0 and leaves something out, installs elsewhere or for another system, or refuses
 * what is locked: NODE_ENV=production, omit, only, global, dry-run, a workspace of a parent folder, cpu, engine-strict …
 * What is in both lists is included. https://docs.npmjs.com/cli/v11/commands/npm-ci#include,
 * https://docs.npmjs.com/cli/v11/using-npm/config. Where packages come from (registry, proxy, cafile) is the user's.
 */
const whateverTheSettings = () => [
  ...['--include=prod', '--include=dev', '--include=optional', '--include=peer'],
  ...['--no-global', '--no-workspaces', '--no-dry-run', '--no-offline', '--no-force', '--bin-links'],
  ...['--package-lock', '--no-package-lock-only', '--install-strategy=hoisted', '--no-install-links'],
  // The lock file names versions; no date may forbid one.
  ...['--before=null', '--min-release-age=null'],
  ...['--no-engine-strict', '--no-legacy-peer-deps', '--no-strict-peer-deps'],
  ...[`--os=${process.platform}`, `--cpu=${process.arch}`, ...libc().map((name) => `--libc=${name}`)],
  ...['--no-audit', '--no-fund', '--loglevel=error'],
];

/** npm keeps its cache in the home folder, which may be read-only, or missing. */
function cacheOf(root) {
  const { status, stdout } = spawnSync('npm', ['config', 'get', 'cache', '--no-workspaces'], {
    cwd: root,
    encoding: 'utf8',
  });
  const cache = status === 0 ? stdout.trim() : '';
  try {
    mkdirSync(cache, { recursive: true });
    accessSync(cache, constants.W_OK);
    return [];
  } catch {
    return [`--cache=${path.join(root, '.cache', 'npm')}`];
  }
}

const identityOf = (root) =>
  createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    // A checkout can be mounted into a container with another C library.
    .update([process.platform, process.arch, ...libc().filter((name) => name !== 'glibc')].join('-'))
    .digest('hex');

/** The sentence that npm's own words amount to, after them. */
function explain({ error, code, stderr }) {
  if (error)
    return `npm could not be started (${error.message}). → It comes with Node.js; put it on the PATH.`;
  console.error(stderr.trim());
  const { cause, remedy } = causeOf(stderr) ?? {};
  return cause === undefined
    ? `npm ci ended with ${code}; its own words are above.`
    : `npm ci failed: ${cause}. → ${remedy}`;
}

/** npm waits for minutes, without a word, for a registry that takes connections and does not answer. */
const SUSPICIOUS_MILLISECONDS = 20_000;

/** A minute without a word looks like a fault. */
const WORD_EVERY_MILLISECONDS = 15_000;

/** @returns how npm ended, or why it was ended */
function runNpm(root, more) {
  return new Promise((resolve) => {
    const args = ['ci', ...whateverTheSettings(), ...cacheOf(root), ...more];
    // What npm tells of itself (each script by name, counts) is of no use to who waits; its faults come by the other stream.
    const child = spawn('npm', args, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
    const begin = Date.now();
    const word = setInterval(
      () => console.error(`  … ${((Date.now() - begin) / 1000).toFixed(0)} s so far`),
      WORD_EVERY_MILLISECONDS,
    );
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
    const watch = setTimeout(async () => {
      const { state, seen, remedy } = await npmRegistry.run({ root });
      if (state !== 'lacking') return;
      // npm stays for minutes when it is asked.
      child.kill('SIGKILL');
      end({ fault: `npm registry, ${seen}. → ${remedy}` });
    }, SUSPICIOUS_MILLISECONDS);
    const end = (how) => {
      clearTimeout(watch);
      clearInterval(word);
      resolve(how);
    };
    child.on('error', (error) => end({ fault: explain({ error }) }));
    child.on('close', (code) => end(code === 0 ? {} : { fault: explain({ code, stderr }) }));
  });
}

/**
 * Installs once per lock file, system and processor, and again when something is missing.
 * @param {string[]} more - further arguments of npm
 * @returns {Promise<string | undefined>} what is wrong and what to do about it; undefined when everything is there
 */
export async function installPackages(root, more = []) {
  const identity = identityOf(root);
  const marker = path.join(root, 'node_modules', '.serverlessapp-installed');
  const isMarked = existsSync(marker) && readFileSync(marker, 'utf8') === identity;
  if (isMarked && missingPackages(root).length === 0) return undefined;
  const begin = Date.now();
  console.error(
    isMarked
      ? 'Packages are missing from node_modules; installing the locked ones again …'
      : 'Installing the locked npm packages (first run, or the lock file changed; a minute or two) …',
  );
  const { fault } = await runNpm(root, more);
  if (fault !== undefined) return fault;
  const missing = missingPackages(root);
  if (missing.length > 0)
    return `npm ci ended well and left out ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ` and ${missing.length - 3} more` : ''}. → A setting of npm does that: see "npm config ls -l".`;
  const broken = await unloadablePackages(root);
  if (broken !== '') {
    const { cause, remedy } = causeOf(broken) ?? {};
    const reasons = broken.replaceAll('\n', '; ');
    return `What was installed does not load here (${reasons})${cause === undefined ? '.' : `: ${cause}. → ${remedy}`}`;
  }
  mkdirSync(path.dirname(marker), { recursive: true });
  writeFileSync(marker, identity);
  console.error(`npm packages installed in ${((Date.now() - begin) / 1000).toFixed(0)} s.`);
  return undefined;
}
