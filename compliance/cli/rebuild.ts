import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { bundleElsewhere } from '../../lambda/build';
import { digestOfFiles, folderDigest } from '../../lambda/folder-digest';
import { kebabName } from '../../lambda/functions';
import { PIPELINE_STAGES } from '../../lib/config/schema';
import { parseTemplate } from '../assembly/parse-template';
import { readText } from '../assembly/read-text';
import { GateError, messageOf } from '../gate-error';
import { isRecord } from '../is-record';
import { printable } from '../report/printable';
import { sha256 } from '../report/sha256';
import type { Command } from './arguments';
import { fromCaller } from './from-caller';

/** A bundle, or what runs it, and whether it is what the sources give. */
export interface Rebuilt {
  /**
   * Of the function, or of an asset of the assembly that no function of this checkout gave; of a resource of a template the
   * template's name and the resource's own.
   */
  readonly name: string;
  readonly outcome: 'same' | 'differs' | 'unknown';
}

const ASSET = 'asset.';
const GUARD = 'guard-rules';
/** The rules that CloudFormation's hook takes from a bundle. */
const GUARD_RULES = path.join('policies', 'guard');

/** The name that the CDK gives an asset whose hash is a digest. */
const assetNamed = (digest: string): string => `${ASSET}${sha256(digest)}`;

/** What a resource takes from the bootstrap's bucket. */
const PACKED = /[0-9a-f]{64}[.]zip/g;
const TEMPLATE = '.template.json';
const FUNCTION = 'AWS::Lambda::Function';
/** A function of a stage, in both regions of it. */
const STAGE_FUNCTION = new RegExp(`^serverlessapp-(?:${PIPELINE_STAGES.join('|')})-([a-z-]+)$`);

/** Whose code a resource has by what it is called; nothing of a name that is put together at deployment. */
function codeOf({ Type, Properties }: Readonly<Record<string, unknown>>): string | undefined {
  const name = isRecord(Properties) ? Properties['FunctionName'] : undefined;
  if (Type === 'AWS::CloudFormation::GuardHook') return GUARD;
  return Type === FUNCTION && typeof name === 'string' ? STAGE_FUNCTION.exec(name)?.[1] : undefined;
}

/** The resources of a template, by their ids. */
function resourcesOf(file: string): [string, Readonly<Record<string, unknown>>][] {
  const { content } = parseTemplate(readText(file), file);
  const resources = isRecord(content) ? content['Resources'] : undefined;
  return Object.entries(isRecord(resources) ? resources : {}).map(([id, resource]) => [
    id,
    isRecord(resource) ? resource : {},
  ]);
}

/** Whether each function of an assembly's templates takes its own bundle, and whatever else takes one. */
function takers(assembly: string, given: ReadonlyMap<string, string>): Rebuilt[] {
  const templates = readdirSync(assembly, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(TEMPLATE) && !file.startsWith(ASSET))
    .sort();
  return templates.flatMap((file) =>
    resourcesOf(path.join(assembly, file)).flatMap(([id, resource]): Rebuilt[] => {
      const taken = new Set(JSON.stringify(resource).match(PACKED));
      if (taken.size === 0 && resource['Type'] !== FUNCTION) return [];
      const own = given.get(codeOf(resource) ?? '');
      const isOwn = [...taken].map((name) => `${ASSET}${name}`).join(' ') === `${own}.zip`;
      return [
        {
          name: printable(`${file.slice(0, -TEMPLATE.length)}/${id}`),
          outcome: own === undefined ? 'unknown' : isOwn ? 'same' : 'differs',
        },
      ];
    }),
  );
}

/**
 * Bundles the functions of a checkout anew, with the definitions and the bundler of this one, and compares them with what an
 * assembly is about to deploy: a program that took part in making the assembly cannot have changed them unseen. What no
 * function of this checkout gives is unknown to it: a new function, or code that no source has.
 * Each function of the templates has to take its own bundle: another one's is in the assembly, too.
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
      { name: GUARD, asset: assetNamed(folderDigest(path.join(sources, GUARD_RULES))) },
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
      ...takers(assembly, new Map(rebuilt.map(({ name, asset }) => [name, asset]))),
    ];
  } catch (error) {
    if (error instanceof GateError) throw error;
    throw new GateError('USAGE', `The functions of ${sources} cannot be bundled: ${messageOf(error)}`);
  }
}

/** Prints a line a bundle and a line a function; 0 when the assembly holds what the sources give and nothing else. */
export async function rebuildCommand({
  sources,
  assembly,
}: Extract<Command, { name: 'rebuild' }>): Promise<number> {
  const rebuilt = await rebuild(fromCaller(sources), fromCaller(assembly));
  for (const { name, outcome } of rebuilt) console.log(`${outcome.padEnd(8)}${name}`);
  return rebuilt.every(({ outcome }) => outcome === 'same') ? 0 : 1;
}
