import { cp, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { BOOTSTRAP_SCRIPT } from '../runtime/prepare-runtime';
import type { TransformedStack } from './transform-stacks';

const EXECUTABLE = 0o755;

/**
 * Writes an assembly as the embedded AWS gets it, for the stock CDK CLI: the same manifests and assets, the transformed
 * templates in place of the synthesized ones, and in each function's folder the script that starts it there.
 */
export async function writeTransformedAssembly(
  source: string,
  stacks: readonly TransformedStack[],
  target: string,
): Promise<void> {
  await cp(source, target, { recursive: true });
  const there = (file: string): string => join(target, relative(source, file));
  for (const { template, templateFile, assets } of stacks) {
    await writeFile(there(templateFile), JSON.stringify(template));
    for (const { path, packaging } of assets)
      if (packaging === 'zip')
        await writeFile(join(there(path), 'bootstrap'), BOOTSTRAP_SCRIPT, { mode: EXECUTABLE });
  }
}
