import { createRequire } from 'node:module';
import path from 'node:path';
import { causeOf } from '../causes.mjs';
import { missingPackages } from '../missing-packages.mjs';
import { probe } from '../probe.mjs';

export const npm = {
  name: 'npm',
  async run() {
    const { ok, output } = await probe('npm', ['--version']);
    return ok
      ? { state: 'ok', seen: output.trim() }
      : {
          state: 'lacking',
          seen: `it does not start: ${output.trim().split('\n')[0]}`,
          remedy: 'It comes with Node.js; put it on the PATH (on Debian and Ubuntu: the package npm).',
        };
  },
};

/** Those with programs or libraries built for one system: what is there may be another's. */
const NATIVE = ['esbuild', 'sharp', '@swc/core'];

/**
 * Loads them in a process of its own, as they are loaded later.
 * @returns {Promise<string>} a line for each that does not, with what the system says of it; empty when all do
 */
export async function unloadablePackages(root) {
  const load = `for (const name of ${JSON.stringify(NATIVE)})
    try { require('module').createRequire(${JSON.stringify(path.join(root, 'package.json'))})(name) }
    catch (error) {
      const lines = String(error.message).split('\\n');
      console.log(name + ': ' + (lines.find((line) => /^ERR_DLOPEN/.test(line)) ?? lines[0]));
    }`;
  const { output } = await probe(process.execPath, ['-e', load], { timeout: 60_000 });
  // And nothing else that is said: a machine that is too busy for an answer has shown no fault.
  const faults = output.split('\n').filter((line) => NATIVE.some((name) => line.startsWith(`${name}: `)));
  return faults.join('\n');
}

export const packages = {
  name: 'npm packages',
  async run({ root }) {
    const missing = missingPackages(root);
    if (missing.length > 0)
      return {
        state: 'ok',
        seen: `${missing.length} to be installed by the first command`,
        isToInstall: true,
      };
    const faults = await unloadablePackages(root);
    return faults === ''
      ? { state: 'ok', seen: 'installed as locked' }
      : {
          state: 'lacking',
          seen: `they do not load: ${faults.replaceAll('\n', '; ')}`,
          remedy:
            'Delete node_modules and run the command again; programs built for another system or processor do not load.',
        };
  },
};

export const npmRegistry = {
  name: 'npm registry',
  async run({ root }) {
    if (missingPackages(root).length === 0)
      return { state: 'ok', seen: 'not needed: packages are installed' };
    const { dependencies, devDependencies } = createRequire(path.join(root, 'package.json'))(
      './package.json',
    );
    const asked = Object.entries({ ...devDependencies, ...dependencies })
      .at(-1)
      .join('@');
    const { ok, output } = await probe('npm', [
      ...['view', asked, 'version', '--fetch-retries=0', '--fetch-timeout=8000', '--no-offline'],
      ...['--loglevel=error', '--no-workspaces', `--cache=${path.join(root, '.cache', 'npm-doctor')}`],
    ]);
    if (ok) return { state: 'ok', seen: `has ${asked}` };
    const { cause, remedy } = causeOf(output) ?? {
      cause: output.trim().split('\n').slice(0, 2).join(' '),
      remedy: 'See "npm config ls" for registry, proxy and cafile.',
    };
    return { state: 'lacking', seen: `asked for ${asked}: ${cause}`, remedy };
  },
};
