import type { EvaluatedResource, EvaluatedStack, Template } from '../model';

/** The stack with another template, whose resources stand where those stood that they come from. */
export function withTemplate(
  stack: EvaluatedStack,
  template: Template,
  lines: ReadonlyMap<string, number> = new Map(),
): EvaluatedStack {
  const written = new Map(stack.resources.map((resource) => [resource.logicalId, resource]));
  const byLength = [...written.keys()].sort((a, b) => b.length - a.length);
  const resources = Object.entries(template.Resources).map(([logicalId, body]): EvaluatedResource => {
    // SAM names what it makes after the resource that it makes it for.
    const origin =
      written.get(logicalId) ?? written.get(byLength.find((id) => logicalId.startsWith(id)) ?? '');
    const line = lines.get(logicalId) ?? origin?.template.line ?? 1;
    return {
      stack: stack.name,
      logicalId,
      type: body.Type,
      constructPath: origin?.constructPath,
      template: { file: stack.templateFile, line },
      source: origin?.source,
      body,
    };
  });
  return { ...stack, template, resources };
}

/** The section of a template by which values are chosen by others. */
export function mappingsOf(template: Template): Readonly<Record<string, unknown>> {
  const mappings = template['Mappings'];
  return typeof mappings === 'object' && mappings !== null ? (mappings as Record<string, unknown>) : {};
}
