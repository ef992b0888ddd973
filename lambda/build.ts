import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build, type Metafile } from 'esbuild';
import { bundleName, ENTRY_FILES } from './catalogue';
import { FUNCTION_IDS, type FunctionId } from './function-ids';

const ROOT = path.resolve(__dirname, '..');
/** One folder a function, `NAME/index.js`: the assets that the stacks deploy. */
export const FUNCTIONS_FOLDER = path.join(ROOT, 'dist', 'functions');
/** Source maps stay here: a shipped one costs every cold start. */
const MAPS_FOLDER = path.join(ROOT, 'dist', 'maps');
/** esbuild's account of what went into each bundle: the bill of materials is made from it. */
export const METAFILE = path.join(ROOT, 'dist', 'metafile.json');

export interface Bundle {
  readonly id: FunctionId;
  readonly folder: string;
  readonly bytes: number;
}

const outputSize = (metafile: Metafile, file: string): number =>
  metafile.outputs[path.relative(ROOT, file).split(path.sep).join('/')]?.bytes ?? 0;

/**
 * Bundles every function: CommonJS for the Node.js 24 runtime. The SDK's ES modules come before its CommonJS, which
 * halves the code that is loaded; the credential chain is left out. The same sources give the same bytes.
 */
export async function buildFunctions(): Promise<Bundle[]> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: FUNCTION_IDS.map((id) => ({
      in: path.join(ROOT, 'lambda', ENTRY_FILES[id]),
      out: `${bundleName(id)}/index`,
    })),
    outdir: FUNCTIONS_FOLDER,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: false,
    legalComments: 'none',
    sourcemap: 'external',
    sourcesContent: false,
    metafile: true,
    logLevel: 'warning',
    alias: {
      '@aws-sdk/credential-provider-node': path.join(
        ROOT,
        'lambda',
        'adapters',
        'environment-credentials.ts',
      ),
    },
  });
  writeFileSync(METAFILE, JSON.stringify(metafile));
  return FUNCTION_IDS.map((id) => {
    const name = bundleName(id);
    const folder = path.join(FUNCTIONS_FOLDER, name);
    const maps = path.join(MAPS_FOLDER, name);
    rmSync(maps, { recursive: true, force: true });
    mkdirSync(maps, { recursive: true });
    renameSync(path.join(folder, 'index.js.map'), path.join(maps, 'index.js.map'));
    return { id, folder, bytes: outputSize(metafile, path.join(folder, 'index.js')) };
  });
}

async function main(): Promise<void> {
  const begin = performance.now();
  for (const { id, bytes } of await buildFunctions()) {
    console.log(`${bundleName(id).padEnd(18)}${(bytes / 1000).toFixed(0).padStart(5)} kB`);
  }
  console.log(`built in ${((performance.now() - begin) / 1000).toFixed(2)} s`);
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
