import { importsIn, referencesIn, type Template, type TemplateResource, without } from '../template';
import type { Difference, Transformation, TransformationContext } from '../transformation';

/** Properties that the emulator refuses on types that it otherwise knows. */
const REFUSED_PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  // Metric math.
  'AWS::CloudWatch::Alarm': ['Metrics'],
};

const dependenciesOf = ({ DependsOn }: TemplateResource): string[] =>
  DependsOn === undefined ? [] : [DependsOn].flat();

/** Why a resource cannot exist here, or undefined when it can. */
function reasonToOmit(
  resource: TemplateResource,
  omitted: ReadonlyMap<string, Difference>,
  context: TransformationContext,
): string | undefined {
  if (context.unrecognizedTypes.has(resource.Type)) return 'not emulated';
  const refused = REFUSED_PROPERTIES[resource.Type]?.find((name) => name in (resource.Properties ?? {}));
  if (refused) return `its ${refused} are not emulated`;
  for (const id of referencesIn(resource.Properties)) {
    const target = omitted.get(id);
    if (target) return `refers to ${target.type}, which is not emulated`;
  }
  for (const name of importsIn(resource.Properties)) {
    if (context.omittedExports.has(name)) return 'refers to another stack for what is not emulated';
  }
  return undefined;
}

function withoutDependencies(
  resource: TemplateResource,
  omitted: ReadonlyMap<string, unknown>,
): TemplateResource {
  const { Type } = resource;
  const kept = dependenciesOf(resource).filter((id) => !omitted.has(id));
  return { ...without(resource, 'DependsOn'), Type, ...(kept.length > 0 ? { DependsOn: kept } : {}) };
}

function keptOutputs(
  template: Template,
  omitted: ReadonlyMap<string, unknown>,
  context: TransformationContext,
): Template['Outputs'] {
  const kept = Object.entries(template.Outputs ?? {}).filter(([, output]) => {
    const dangling =
      [...referencesIn(output.Value)].some((id) => omitted.has(id)) ||
      [...importsIn(output.Value)].some((name) => context.omittedExports.has(name));
    if (dangling && typeof output.Export?.Name === 'string') context.omittedExports.add(output.Export.Name);
    return !dangling;
  });
  return Object.fromEntries(kept);
}

/**
 * Leaves out the resources whose type or property the emulator refuses (one of them fails the whole stack), and those that refer to
 * one left out: leaving out just the reference could widen a policy.
 */
export const omitUnemulated: Transformation = {
  name: 'omit-unemulated',
  apply(template, context) {
    const omitted = new Map<string, Difference>();
    const resources = Object.entries(template.Resources ?? {});
    for (let before = -1; before !== omitted.size;) {
      before = omitted.size;
      for (const [logicalId, resource] of resources) {
        if (omitted.has(logicalId)) continue;
        const what = reasonToOmit(resource, omitted, context);
        if (what) omitted.set(logicalId, { kind: 'omitted', type: resource.Type, logicalId, what });
      }
    }
    const kept = resources
      .filter(([id]) => !omitted.has(id))
      .map(([id, resource]) => [id, withoutDependencies(resource, omitted)] as const);
    const outputs = keptOutputs(template, omitted, context);
    return {
      template: {
        ...template,
        Resources: Object.fromEntries(kept),
        ...(outputs ? { Outputs: outputs } : {}),
      },
      differences: [...omitted.values()],
    };
  },
};
