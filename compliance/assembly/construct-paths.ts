import type { EvaluatedResource, EvaluatedStack, NotRead } from './model';

const toldOf = (resource: EvaluatedResource, why: string): NotRead => ({
  stack: resource.stack,
  resource: resource.logicalId,
  resourceType: resource.type,
  template: resource.template,
  why,
});

/** Why a resource's path does not stand for it alone; undefined where it does. */
function fault(
  { constructPath }: EvaluatedResource,
  stack: EvaluatedStack,
  first: EvaluatedResource | undefined,
): string | undefined {
  if (constructPath === undefined) return undefined;
  if (first !== undefined)
    return `It and ${first.logicalId} of ${first.stack} are both called ${constructPath}: what was decided about one may be about the other. Synthesize again.`;
  if (stack.constructPath === undefined || constructPath.startsWith(`${stack.constructPath}/`))
    return undefined;
  return `It is called ${constructPath}, which is no construct of the stack ${stack.constructPath}. Synthesize again.`;
}

/**
 * Exceptions and known findings are of constructs, by their paths, which an assembly states of itself: two resources of one
 * path would share what was decided about one, and so would a resource under the path of another stack's. The CDK writes
 * neither (a construct has one path, and stands below its stack).
 * @param stacks - all of one assembly.
 * @returns what no path holds for, each with the reason.
 */
export function pathsNotHeld(stacks: readonly EvaluatedStack[]): NotRead[] {
  const first = new Map<string, EvaluatedResource>();
  return stacks.flatMap((stack) =>
    stack.resources.flatMap((resource) => {
      const path = resource.constructPath ?? '';
      const why = fault(resource, stack, first.get(path));
      if (!first.has(path)) first.set(path, resource);
      return why === undefined ? [] : [toldOf(resource, why)];
    }),
  );
}
