import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RawStack } from '../../compliance/self-test/mutant';
import { loadStageConfig } from '../../lib/config/load';
import { type StageConfig, STAGE_NAMES, type StageName } from '../../lib/config/schema';
import { Names } from '../../lib/names';
import { fillWithEmptyBundles } from '../../tools/synthesis/empty-bundles';
import { stageTemplates, templatesOfConfig } from './stage-templates';

/** Plain JSON of a template; read it with {@link at}. */
export type TemplateProperties = Record<string, unknown>;

/** The value at a path, or undefined where the path ends before. */
export const at = (node: unknown, ...path: (string | number)[]): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? (value as Record<string | number, unknown>)[key]
        : undefined,
    node,
  );

/** The list at a path; empty where there is none. */
export function listAt(node: unknown, ...path: (string | number)[]): unknown[] {
  const found = at(node, ...path);
  return Array.isArray(found) ? (found as unknown[]) : [];
}

/** Puts a value at a path of a clone; undefined takes away what stands there. */
export function put(node: unknown, value: unknown, ...path: (string | number)[]): void {
  const holder = at(node, ...path.slice(0, -1)) as Record<string | number, unknown>;
  holder[path.at(-1) ?? ''] = value;
}

/** One resource of a synthesized template. */
export interface TemplateResource {
  readonly id: string;
  /** Id of its stack within the stage: `network`, `storage` … */
  readonly stack: string;
  readonly Type: string;
  readonly Properties: TemplateProperties;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: string | readonly string[];
}

export interface SynthesizedStage {
  readonly config: StageConfig;
  readonly names: Names;
  readonly resources: readonly TemplateResource[];
}

/** Bundles that need no build; see {@link fillWithEmptyBundles}. */
export const emptyBundles = (): string =>
  fillWithEmptyBundles(mkdtempSync(path.join(tmpdir(), 'serverlessapp-bundles-')));

function stageOf(config: StageConfig, stacks: readonly RawStack[]): SynthesizedStage {
  const names = new Names(config, config.region);
  const resources = stacks.flatMap(({ stackName, template }) =>
    Object.entries(template.Resources).map(([id, resource]) => ({
      ...resource,
      Properties: resource.Properties,
      id,
      stack: stackName.replace(`${names.prefix}-`, ''),
    })),
  );
  return { config, names, resources };
}

/** Synthesizes a stage as `cdk synth` does, but for the built-in validation, which the gate runs. */
export const synthesize = (config: StageConfig): SynthesizedStage =>
  stageOf(config, templatesOfConfig(config));

const cache = new Map<StageName, SynthesizedStage>();

/** A stage's resources, synthesized once in each run of tests. Not to be changed: see {@link mutated}. */
export function synthesized(stage: StageName): SynthesizedStage {
  const found = cache.get(stage) ?? stageOf(loadStageConfig(stage), stageTemplates(stage));
  cache.set(stage, found);
  return found;
}

/** All stages, for `describe.each`. */
export const STAGES = [...STAGE_NAMES];

export const ofType = ({ resources }: SynthesizedStage, type: string): TemplateResource[] =>
  resources.filter((resource) => resource.Type === type);

/**
 * The stage with one resource changed, to show that a check has teeth.
 * @throws Error when no resource of the type fits: a mutation that changes nothing proves nothing.
 */
export function mutated(
  stage: SynthesizedStage,
  type: string,
  change: (properties: TemplateProperties) => void,
  fits: (properties: TemplateProperties) => boolean = () => true,
): SynthesizedStage {
  const resources = structuredClone(stage.resources);
  const target = resources.find((resource) => resource.Type === type && fits(resource.Properties));
  if (target === undefined) throw new Error(`No ${type} to mutate.`);
  change(target.Properties);
  return { ...stage, resources };
}

/** The logical id that a value refers to, through Ref, GetAtt or an import from another stack; the text otherwise. */
export function referenceOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  const reference = value as { Ref?: string; 'Fn::GetAtt'?: [string, string]; 'Fn::ImportValue'?: string };
  const exported = reference['Fn::ImportValue']?.split(':').at(-1) ?? '';
  return (
    reference.Ref ?? reference['Fn::GetAtt']?.[0] ?? exported.replace(/^ExportsOutput(Ref|FnGetAtt)/, '')
  );
}
