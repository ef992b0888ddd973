import type { Template, TemplateResource } from '../template';
import type { Difference } from '../transformation';

/** Applies `change` to every resource; those it answers with something are replaced and reported. */
export function changeResources(
  template: Template,
  what: string,
  change: (resource: TemplateResource, logicalId: string) => TemplateResource | undefined,
): { template: Template; differences: Difference[] } {
  const differences: Difference[] = [];
  const resources = Object.entries(template.Resources ?? {}).map(([logicalId, resource]) => {
    const changed = change(resource, logicalId);
    if (changed) differences.push({ kind: 'changed', type: resource.Type, logicalId, what });
    return [logicalId, changed ?? resource] as const;
  });
  return { template: { ...template, Resources: Object.fromEntries(resources) }, differences };
}
