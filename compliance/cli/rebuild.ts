import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { bundleElsewhere } from '../../lambda/build';
import { digestOfFiles, folderDigest } from '../../lambda/folder-digest';
import { kebabName } from '../../lambda/functions';
import { GateError, messageOf } from '../gate-error';
import { sha256 } from '../report/sha256';
import type { Command } from './arguments';
import { fromCaller } from './from-caller';

/** A bundle, and whether the assembly holds what the sources give. */
export interface Rebuilt {
  /** Of the function, or of an asset of the assembly that no function of this checkout gave. */
  readonly name: string;
  readonly outcome: 'same' | 'differs' | 'unknown';
}

const ASSET = 'asset.';
/** The rules that CloudFormation's hook takes from a bundle. */
const GUARD_RULES = path.join('policies', 'guard');

/** The name that the CDK gives an asset whose hash is a digest. */
const assetNamed = (digest: string): string => `${ASSET}${sha256(digest)}`;

/**
 * Bundles the functions of a checkout anew, with the definitions and the bundler of this one, and compares them with what an
 * assembly is about to deploy: a program that took part in making the assembly cannot have changed them unseen. What no
 * function of this checkout gives is unknown to it: a new function, or code that no source has.
 * @param sources - a checkout with its packages; nothing of it runs.
 * @param assembly - of the same commit.
 * @throws GateError USAGE where one of them is not there or the sources cannot be bundled.
 */
export async function rebuild(sources: string, assembly: string): Promise<readonly Rebuilt[]> {
  for (const place of [path.join(sources, 'lambda'), path.join(assembly, 'manifest.json')])
    if (!existsSync(place))
      throw new GateError('USAGE', `There is no ${place}. Name a checkout, and a cloud assembly.`);
  try {
    const bundles = await bundleElsewhere(sources);
    const rebuilt = [
      ...[...bundles].map(([id, content]) => ({
        name: kebabName(id),
        asset: assetNamed(digestOfFiles(new Map([['index.js', content]]))),
      })),
      { name: 'guard-rules', asset: assetNamed(folderDigest(path.join(sources, GUARD_RULES))) },
    ];
    // Whatever is in it: Lambda runs an index.mjs as well as an index.js.
    const held = readdirSync(assembly).filter((name) => name.startsWith(ASSET));
    return [
      ...rebuilt.map(({ name, asset }): Rebuilt => ({
        name,
        outcome: held.includes(asset) ? 'same' : 'differs',
      })),
      ...held
        .filter((name) => !rebuilt.some(({ asset }) => asset === name))
        .map((name): Rebuilt => ({ name, outcome: 'unknown' })),
    ];
  } catch (error) {
    if (error instanceof GateError) throw error;
    throw new GateError('USAGE', `The functions of ${sources} cannot be bundled: ${messageOf(error)}`);
  }
}

/** Prints a line a bundle; 0 when the assembly holds what the sources give and nothing else. */
export async function rebuildCommand({
  sources,
  assembly,
}: Extract<Command, { name: 'rebuild' }>): Promise<number> {
  const rebuilt = await rebuild(fromCaller(sources), fromCaller(assembly));
  for (const { name, outcome } of rebuilt) console.log(`${outcome.padEnd(8)}${name}`);
  return rebuilt.every(({ outcome }) => outcome === 'same') ? 0 : 1;
}
