import { loadStageConfig } from '../../lib/config/load';
import { STAGE_NAMES, type StageConfig, type StageName } from '../../lib/config/schema';
import { createApp } from '../../lib/create-app';
import { Names } from '../../lib/names';
import { ApplicationStage } from '../../lib/stages/application-stage';

export const STAGES = STAGE_NAMES;

/** A resource as it stands in a template, with where it stands. */
export interface TemplateResource {
  /** Stack name without the stage's prefix, as `storage`. */
  readonly stack: string;
  readonly id: string;
  readonly Type: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- templates are JSON of any shape; the tests look into it
  readonly Properties: Record<string, any>;
  readonly DeletionPolicy?: string;
}

/** Everything that a stage deploys, both regions. */
export interface SynthesizedStage {
  readonly config: StageConfig;
  readonly names: Names;
  readonly resources: readonly TemplateResource[];
}

interface TemplateJson {
  Resources: Record<string, Omit<TemplateResource, 'stack' | 'id'>>;
}

const stages = new Map<StageName, SynthesizedStage>();

/** A stage's templates, synthesized once for all tests of a file. */
export function synthesized(name: StageName): SynthesizedStage {
  const known = stages.get(name);
  if (known !== undefined) return known;
  const config = loadStageConfig(name);
  const names = new Names(config, config.region);
  const app = createApp({ builtinCloudFormationValidation: false });
  const resources = new ApplicationStage(app, config).synth().stacks.flatMap(({ stackName, template }) =>
    Object.entries((template as TemplateJson).Resources).map(([id, resource]): TemplateResource => ({
      ...resource,
      Properties: (resource.Properties as TemplateResource['Properties'] | undefined) ?? {},
      stack: stackName.replace(`${names.prefix}-`, ''),
      id,
    })),
  );
  const stage = { config, names, resources };
  stages.set(name, stage);
  return stage;
}

export const ofType = (stage: SynthesizedStage, type: string): TemplateResource[] =>
  stage.resources.filter(({ Type }) => Type === type);

/** The logical id that a value refers to, in its own stack or through an export of another; empty when none. */
export function referenceOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  const reference = value as { Ref?: string; 'Fn::GetAtt'?: string[]; 'Fn::ImportValue'?: string };
  const exported = reference['Fn::ImportValue']?.split(':')[1]?.replace(/^ExportsOutput(FnGetAtt|Ref)/, '');
  return reference.Ref ?? reference['Fn::GetAtt']?.[0] ?? exported ?? '';
}

/**
 * A copy of the stage with one resource changed: the first of the type that fits.
 * @throws Error when none fits, so that a check whose mutant is gone does not pass.
 */
export function mutated(
  stage: SynthesizedStage,
  type: string,
  change: (resource: TemplateResource) => unknown,
  fits: (resource: TemplateResource) => boolean = () => true,
): SynthesizedStage {
  const resources = structuredClone(stage.resources) as TemplateResource[];
  const chosen = resources.find((resource) => resource.Type === type && fits(resource));
  if (chosen === undefined) throw new Error(`No ${type} to change.`);
  change(chosen);
  return { ...stage, resources };
}
