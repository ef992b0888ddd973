import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { build, type BuildOptions, type Metafile } from 'esbuild';
import { FUNCTION_IDS, FUNCTIONS, type FunctionId, kebabName } from './functions';

const ROOT = path.resolve(__dirname, '..');
/** One folder a function, `NAME/index.js`: the assets that the stacks deploy. */
export const FUNCTIONS_FOLDER = path.join(ROOT, 'dist', 'functions');
/** Source maps stay here: a shipped one costs every cold start. */
const MAPS_FOLDER = path.join(ROOT, 'dist', 'maps');
/** esbuild's account of what went into each bundle: the gate makes the bill of materials from it. */
export const METAFILE = path.join(ROOT, 'dist', 'metafile.json');

export interface Bundle {
  readonly id: FunctionId;
  /** The asset. */
  readonly folder: string;
  readonly bytes: number;
  /** npm packages whose code is inside, sorted. */
  readonly packages: readonly string[];
}

/**
 * CommonJS for the Node.js 24 runtime; the SDK's ES modules come before its CommonJS, which halves the code that is
 * loaded. Measured by `npm run bench -- functions`.
 */
export const BUNDLE_OPTIONS = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  mainFields: ['module', 'main'],
  minify: true,
  legalComments: 'none',
  write: false,
  logLevel: 'warning',
} satisfies BuildOptions;

/** Written only when it differs, and in one step: tests, synth and the local system may build at the same time. */
function put(file: string, content: Uint8Array): void {
  try {
    if (readFileSync(file).equals(content)) return;
  } catch {
    mkdirSync(path.dirname(file), { recursive: true });
  }
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, content);
  renameSync(draft, file);
}

function packagesOf(metafile: Metafile, output: string): string[] {
  const inputs = Object.entries(metafile.outputs[output]?.inputs ?? {});
  const names = inputs.flatMap(([file, { bytesInOutput }]) => {
    const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];
    return name === undefined || bytesInOutput === 0 ? [] : [name];
  });
  return [...new Set(names)].sort();
}

/** How every function of a checkout is bundled, without the SDK's credential chain. The same sources give the same bytes. */
const optionsOf = (root: string) =>
  ({
    ...BUNDLE_OPTIONS,
    absWorkingDir: root,
    entryPoints: FUNCTION_IDS.map((id) => ({
      in: path.join(root, 'lambda', FUNCTIONS[id].entry),
      out: `${kebabName(id)}/index`,
    })),
    sourcemap: 'external',
    sourcesContent: false,
    metafile: true,
    alias: {
      '@aws-sdk/credential-provider-node': path.join(root, 'lambda/adapters/environment-credentials.ts'),
    },
  }) satisfies BuildOptions;

/**
 * Bundles the functions of another checkout by this one's definitions, settings and bundler, and runs nothing of it.
 * @param root - with its packages installed.
 * @returns the bundle of each function, `index.js`.
 * @throws Error when a function of this checkout cannot be bundled there, or takes a file from elsewhere.
 */
export async function bundleElsewhere(root: string): Promise<ReadonlyMap<FunctionId, Uint8Array>> {
  // A checkout's own settings may take more from anywhere, which the bundler's account of its inputs does not name.
  copyFileSync(path.join(ROOT, 'tsconfig.json'), path.join(root, 'tsconfig.json'));
  for (const file of readdirSync(path.join(root, 'lambda'), { recursive: true, encoding: 'utf8' }))
    if (/^[jt]sconfig.*[.]json$/.test(path.basename(file)))
      throw new Error(`lambda/${file} would change how they are bundled`);
  const outdir = path.join(root, 'dist', 'functions');
  const { metafile, outputFiles } = await build({ ...optionsOf(root), outdir, logLevel: 'silent' });
  const own = [root, path.join(root, 'node_modules')].map((folder) => realpathSync(folder) + path.sep);
  for (const input of Object.keys(metafile.inputs)) {
    const file = realpathSync(path.resolve(root, input));
    if (!own.some((folder) => file.startsWith(folder)))
      throw new Error(`they take ${file}, which is none of theirs`);
  }
  const contents = new Map(outputFiles.map((file) => [file.path, file.contents]));
  return new Map(
    FUNCTION_IDS.map((id) => [
      id,
      contents.get(path.join(outdir, kebabName(id), 'index.js')) ?? new Uint8Array(),
    ]),
  );
}

/** Bundles every function. */
export async function buildFunctions(): Promise<Bundle[]> {
  const { metafile, outputFiles } = await build({ ...optionsOf(ROOT), outdir: FUNCTIONS_FOLDER });
  const sizes = new Map(outputFiles.map(({ path: file, contents }) => [file, contents.length]));
  for (const { path: file, contents } of outputFiles) {
    put(file.endsWith('.map') ? file.replace(FUNCTIONS_FOLDER, MAPS_FOLDER) : file, contents);
  }
  put(METAFILE, Buffer.from(JSON.stringify(metafile)));
  return FUNCTION_IDS.map((id) => {
    const folder = path.join(FUNCTIONS_FOLDER, kebabName(id));
    const file = path.join(folder, 'index.js');
    const output = path.relative(ROOT, file).split(path.sep).join('/');
    return { id, folder, bytes: sizes.get(file) ?? 0, packages: packagesOf(metafile, output) };
  });
}

async function main(): Promise<void> {
  const begin = performance.now();
  for (const { id, bytes } of await buildFunctions()) {
    console.log(`${kebabName(id).padEnd(18)}${(bytes / 1000).toFixed(0).padStart(5)} kB`);
  }
  console.log(`built in ${((performance.now() - begin) / 1000).toFixed(2)} s`);
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
