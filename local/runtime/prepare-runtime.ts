import { build } from 'esbuild';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Which Node runs the functions, and what is said about it. */
export interface FunctionNode {
  path: string;
  /** False when the platform's Node 24 package is not installed and this process's own Node stands in. */
  isRuntimeVersion: boolean;
}

const RUNTIME_MAJOR = 24;

/** The Node 24 binary from the optional package of this platform, so that bundles run on the runtime's own version. */
export function functionNode(): FunctionNode {
  const { platform, arch } = process;
  for (const name of [`node-${platform}-${arch}`, `node-bin-${platform}-${arch}`]) {
    try {
      const packageFile = createRequire(__filename).resolve(`${name}/package.json`);
      const path = join(packageFile, '..', 'bin', 'node');
      if (existsSync(path)) return { path, isRuntimeVersion: true };
    } catch {
      // Not this platform's package; try the next.
    }
  }
  const major = Number(process.versions.node.split('.')[0]);
  return { path: process.execPath, isRuntimeVersion: major === RUNTIME_MAJOR };
}

/** Environment variables that the bootstrap script and the loop read. */
export const runtimeEnvironment = (directory: string): Record<string, string> => ({
  SERVERLESSAPP_NODE: functionNode().path,
  SERVERLESSAPP_RUNTIME_LOOP: join(directory, 'runtime-loop.cjs'),
  SERVERLESSAPP_API_KEYS: join(directory, 'api-keys.json'),
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
