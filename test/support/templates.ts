import { loadStageConfig } from '../../lib/config/load';
import { STAGE_NAMES, type StageName } from '../../lib/config/schema';
import { createApp } from '../../lib/create-app';
import { ApplicationStage } from '../../lib/stages/application-stage';

/** A resource as it stands in a template. */
export interface TemplateResource {
  readonly Type: string;
  Properties: Record<string, unknown>;
  readonly [attribute: string]: unknown;
}

/** One synthesized stack of a stage. */
export interface StackTemplate {
  readonly stage: StageName;
  /** Stack name without the stage's prefix, as `storage`. */
  readonly stack: string;
  readonly region: string;
  readonly resources: Record<string, TemplateResource>;
}

interface TemplateJson {
  Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
}

const synthesized = new Map<StageName, readonly StackTemplate[]>();

/** Every template of a stage, both regions; synthesized once for all tests of a file. Clone before changing one. */
export function templatesOf(stage: StageName): readonly StackTemplate[] {
  const known = synthesized.get(stage);
  if (known !== undefined) return known;
  const app = createApp({ builtinCloudFormationValidation: false });
  const application = new ApplicationStage(app, loadStageConfig(stage));
  const templates = application.synth().stacks.map((stack): StackTemplate => {
    const { Resources } = stack.template as TemplateJson;
    return {
      stage,
      stack: stack.stackName.replace(`serverlessapp-${stage}-`, ''),
      region: stack.environment.region,
      resources: Object.fromEntries(
        Object.entries(Resources).map(([id, resource]) => [
          id,
          { ...resource, Properties: resource.Properties ?? {} },
        ]),
      ),
    };
  });
  synthesized.set(stage, templates);
  return templates;
}

/** Every template of every stage. */
export const allTemplates = (): StackTemplate[] => STAGE_NAMES.flatMap((stage) => templatesOf(stage));

/** A resource with where it stands. */
export interface LocatedResource {
  readonly where: string;
  readonly stack: StackTemplate;
  readonly id: string;
  readonly type: string;
  readonly properties: Record<string, unknown>;
}

/** The resources of these types, of all types when none is named. */
export const resourcesOf = (templates: readonly StackTemplate[], ...types: string[]): LocatedResource[] =>
  templates.flatMap((stack) =>
    Object.entries(stack.resources)
      .filter(([, { Type }]) => types.length === 0 || types.includes(Type))
      .map(([id, { Type, Properties }]) => ({
        where: `${stack.stage}/${stack.stack}/${id} (${Type})`,
        stack,
        id,
        type: Type,
        properties: Properties,
      })),
  );

/** The value at a path of keys and indexes, or undefined. */
export const valueAt = (node: unknown, ...path: (string | number)[]): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? (value as Record<string | number, unknown>)[key]
        : undefined,
    node,
  );
