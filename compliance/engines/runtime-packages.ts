import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { METAFILE } from '../../lambda/build';
import { GateError, messageOf } from '../gate-error';

/** A package of which code is in a function's bundle. */
export interface RuntimePackage {
  readonly name: string;
  readonly version: string;
  /** As its package.json states it; undefined when it states none. */
  readonly license: string | undefined;
  /** The bundles that hold code of it. */
  readonly functions: readonly string[];
}

const metafileSchema = z.looseObject({
  outputs: z.record(
    z.string(),
    z.looseObject({ inputs: z.record(z.string(), z.looseObject({ bytesInOutput: z.number() })) }),
  ),
});
const packageSchema = z.looseObject({
  name: z.string(),
  version: z.string(),
  license: z
    .union([z.string(), z.looseObject({ type: z.string() }).transform(({ type }) => type)])
    .optional(),
});

/** The directory of the package that a bundled file belongs to, innermost `node_modules` first. */
const PACKAGE_DIRECTORY = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;

/**
 * What really went into the functions' bundles, by esbuild's own account of the last build: neither what the lock file
 * would allow nor what tree-shaking left out.
 * @throws GateError DATA_INVALID when the functions were not built, or a bundled package cannot be read.
 */
export function runtimePackages(projectRoot: string, metafile: string = METAFILE): RuntimePackage[] {
  try {
    const { outputs } = metafileSchema.parse(JSON.parse(readFileSync(metafile, 'utf8')));
    const bundlesOf = new Map<string, Set<string>>();
    for (const [output, { inputs }] of Object.entries(outputs)) {
      if (!output.endsWith('.js')) continue;
      for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
        const directory = PACKAGE_DIRECTORY.exec(input)?.[1];
        if (directory === undefined || bytesInOutput === 0) continue;
        const bundles = bundlesOf.get(directory) ?? new Set();
        bundlesOf.set(directory, bundles.add(path.basename(path.dirname(output))));
      }
    }
    return [...bundlesOf]
      .map(([directory, functions]) => ({
        ...readPackage(path.join(projectRoot, directory)),
        functions: [...functions].sort(),
      }))
      .sort((a, b) => a.name.localeCompare(b.name, 'en') || a.version.localeCompare(b.version, 'en'));
  } catch (error) {
    if (!existsSync(metafile)) {
      throw new GateError('DATA_INVALID', `${metafile} is not there. Run "npm run build" first.`);
    }
    throw new GateError('DATA_INVALID', `The bundles' packages cannot be read: ${messageOf(error)}`);
  }
}

function readPackage(directory: string): Omit<RuntimePackage, 'functions'> {
  const { name, version, license } = packageSchema.parse(
    JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8')),
  );
  return { name, version, license };
}
