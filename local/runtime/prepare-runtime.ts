import { build } from 'esbuild';
import { join } from 'node:path';

/** Environment variables that the bootstrap script and the loop read. */
export const runtimeEnvironment = (directory: string) => ({
  // bin/run.mjs has chosen it: the functions' own version, unless the machine has a newer one.
  SERVERLESSAPP_NODE: process.execPath,
  SERVERLESSAPP_RUNTIME_LOOP: join(directory, 'runtime-loop.cjs'),
  SERVERLESSAPP_API_KEYS: join(directory, 'api-keys.json'),
  /** What V8 made of the functions' code, for the next process of each. */
  SERVERLESSAPP_COMPILED: join(directory, 'compiled'),
  /** A line for each beginning and end of a function. */
  SERVERLESSAPP_ACTIVITY: join(directory, 'activity.jsonl'),
});

/** What starts a function: the same file in every archive. */
export const BOOTSTRAP_SCRIPT = '#!/bin/sh\nexec "$SERVERLESSAPP_NODE" "$SERVERLESSAPP_RUNTIME_LOOP"\n';

/** Bundles the loop, so that a function starts from one small file. */
export async function buildRuntimeLoop(directory: string): Promise<void> {
  await build({
    entryPoints: [join(__dirname, 'main.ts')],
    outfile: join(directory, 'runtime-loop.cjs'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'error',
  });
}
