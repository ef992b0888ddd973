import type { RawResource, RawStack } from '../../compliance/self-test/mutant';
import type { TemplateProperties } from './synthesized-stage';

export interface AssemblyResource {
  readonly id: string;
  readonly stack: string;
  readonly region: string;
  readonly account: string;
  readonly Type: string;
  readonly Properties: TemplateProperties;
  readonly DeletionPolicy?: string;
}

/** Every resource of some stacks, each with where it stands. */
export const resourcesOf = (stacks: readonly RawStack[]): AssemblyResource[] =>
  stacks.flatMap(({ stackName: stack, region, account, template }) =>
    Object.entries<Partial<RawResource>>(template.Resources).map(
      ([id, { Type = '', Properties = {}, ...resource }]) => ({
        ...resource,
        ...{ id, Type, Properties, stack, region, account },
      }),
    ),
  );
