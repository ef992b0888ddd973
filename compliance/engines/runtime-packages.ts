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
  /** Of the registry's archive, as the lock file holds it (`sha512-…`). */
  readonly integrity?: string | undefined;
  /** `name@version` of the bundled packages that it asks for. */
  readonly dependencies?: readonly string[];
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
  dependencies: z.record(z.string(), z.string()).default({}),
});
const lockSchema = z.looseObject({
  packages: z.record(z.string(), z.looseObject({ integrity: z.string().optional() })),
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
    const lock = lockSchema.parse(
      JSON.parse(readFileSync(path.join(projectRoot, 'package-lock.json'), 'utf8')),
    ).packages;
    const read = new Map(
      [...bundlesOf.keys()].map((directory) => [directory, readPackage(path.join(projectRoot, directory))]),
    );
    return [...read]
      .map(([directory, { dependencies, ...bundled }]) => ({
        ...bundled,
        functions: [...(bundlesOf.get(directory) ?? [])].sort(),
        integrity: lock[directory]?.integrity,
        dependencies: Object.keys(dependencies)
          .flatMap((name) => resolveFrom(directory, name, read) ?? [])
          .map(({ name, version }) => `${name}@${version}`)
          .sort(),
      }))
      .sort((a, b) => a.name.localeCompare(b.name, 'en') || a.version.localeCompare(b.version, 'en'));
  } catch (error) {
    if (!existsSync(metafile)) {
      throw new GateError('DATA_INVALID', `${metafile} is not there. Run "npm run build" first.`);
    }
    throw new GateError('DATA_INVALID', `The bundles' packages cannot be read: ${messageOf(error)}`);
  }
}

/** As Node.js finds it: in the package's own `node_modules`, then in those around it. */
function resolveFrom(
  directory: string,
  name: string,
  bundled: ReadonlyMap<string, ReturnType<typeof readPackage>>,
): ReturnType<typeof readPackage> | undefined {
  const around = directory.split('/node_modules/');
  for (let depth = around.length; depth >= 0; depth -= 1) {
    const place = [...around.slice(0, depth), name].join('/node_modules/');
    const found = bundled.get(depth === 0 ? `node_modules/${name}` : place);
    if (found !== undefined) return found;
  }
  return undefined;
}

function readPackage(
  directory: string,
): Pick<RuntimePackage, 'name' | 'version' | 'license'> & { dependencies: Record<string, string> } {
  const { name, version, license, dependencies } = packageSchema.parse(
    JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8')),
  );
  return { name, version, license, dependencies };
}
