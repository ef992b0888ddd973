import { spawn, spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { machinePath, makePlace } from './clone';
import type { HostileMachine, Place } from './machine';

export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly seconds: number;
}

const PATIENCE_MILLISECONDS = 420_000;

/**
 * The machine's own, without what npm and bin/run.mjs put around the command that runs these cases. The home folder is
 * empty; only what was downloaded before is taken from the real one.
 */
function machineEnvironment(place: Place): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|INIT_CWD|INVOKED_FROM|SERVERLESSAPP_|NODE_ENV$)/.test(name),
  );
  const home = os.homedir();
  return {
    ...Object.fromEntries(own),
    HOME: place.scratch,
    npm_config_cache: path.join(home, '.npm'),
    UV_CACHE_DIR: path.join(home, '.cache/uv'),
    PIP_CACHE_DIR: path.join(home, '.cache/pip'),
    PATH: place.path,
    TMPDIR: undefined,
  };
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Loopback of its own where the case brings none up: nothing outside can be reached. */
function wrap(machine: HostileMachine, place: Place): [string, string[]] {
  const npm = ['npm', ...machine.command].map(quoted).join(' ');
  const asWho =
    machine.asUser === undefined
      ? 'exec '
      : `exec setpriv --reuid=${machine.asUser} --regid=nogroup --clear-groups `;
  const before = machine.inNamespaces?.(place);
  const script = `${before === undefined ? '' : `${before} || exit 99; `}${asWho}${npm}`;
  if (before === undefined) return ['sh', ['-c', script]];
  const network = before.includes('ip link') ? ['--net'] : [];
  return ['unshare', ['--mount', ...network, 'sh', '-c', script]];
}

const isRoot = process.getuid?.() === 0;
const RUNTIME_NODE = 24;

function hasOlderNode(): boolean {
  const { stdout } = spawnSync('node', ['--version'], { env: { PATH: machinePath() }, encoding: 'utf8' });
  return Number(/^v(\d+)/.exec(stdout)?.[1]) < RUNTIME_NODE;
}

/** Why a case cannot be had here; undefined when it can. */
export function whySkipped({ inNamespaces, asUser, onOlderNode }: HostileMachine): string | undefined {
  if ((inNamespaces ?? asUser) !== undefined && (!isRoot || process.platform !== 'linux'))
    return 'namespaces and other users need root on Linux';
  return onOlderNode && !hasOlderNode() ? `the machine's Node.js is ${RUNTIME_NODE} or newer` : undefined;
}

/** Makes the machine, gives the first command, and takes all of it away again. */
export async function runMachine(machine: HostileMachine, commit: string): Promise<Ended> {
  const place = await makePlace(machine, commit);
  try {
    await machine.prepare?.(place);
    const env = { ...machineEnvironment(place), ...machine.env?.(place) };
    const [command, args] = wrap(machine, place);
    const begin = performance.now();
    return await new Promise((resolve, reject) => {
      // Its own process group, so that nothing of it is left.
      const child = spawn(command, args, {
        cwd: place.root,
        env,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const output: Buffer[] = [];
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => output.push(chunk));
      const watch = setTimeout(() => {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      }, PATIENCE_MILLISECONDS);
      child.on('error', reject);
      child.on('close', (code) => {
        clearTimeout(watch);
        resolve({
          code,
          output: Buffer.concat(output).toString(),
          seconds: (performance.now() - begin) / 1000,
        });
      });
    });
  } finally {
    await rm(place.scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}
