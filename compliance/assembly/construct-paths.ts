import type { EvaluatedResource, EvaluatedStack, NotRead } from './model';

const toldOf = (resource: EvaluatedResource, why: string): NotRead => ({
  stack: resource.stack,
  resource: resource.logicalId,
  resourceType: resource.type,
  template: resource.template,
  why,
});

/**
 * Exceptions and known findings are of constructs, by their paths, which an assembly states of itself: two resources of one
 * path would share what was decided about one, and so would a resource under the path of another stack's. The CDK writes
 * neither (a construct has one path, and stands below its stack).
 * @param stackPaths - the construct path of each stack, by the file of its template, where the assembly states one.
 * @returns what no path holds for, each with the reason.
 */
export function pathsNotHeld(
  stacks: readonly EvaluatedStack[],
  stackPaths: ReadonlyMap<string, string>,
): NotRead[] {
  const first = new Map<string, EvaluatedResource>();
  return stacks.flatMap(({ templateFile, resources }) =>
    resources.flatMap((resource) => {
      const { constructPath } = resource;
      if (constructPath === undefined) return [];
      const stackPath = stackPaths.get(templateFile);
      const other = first.get(constructPath);
      first.set(constructPath, other ?? resource);
      if (other !== undefined)
        return [
          toldOf(
            resource,
            `It and ${other.logicalId} of ${other.stack} are both called ${constructPath}: what was decided about one may be about the other. Synthesize again.`,
          ),
        ];
      return stackPath === undefined || constructPath.startsWith(`${stackPath}/`)
        ? []
        : [
            toldOf(
              resource,
              `It is called ${constructPath}, which is no construct of the stack ${stackPath}. Synthesize again.`,
            ),
          ];
    }),
  );
}
