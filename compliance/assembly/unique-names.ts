import type { Assembly, EvaluatedStack } from './model';

type StacksRead = Pick<Assembly, 'stacks' | 'notRead'>;

const regionOf = ({ environment }: EvaluatedStack): string | undefined => {
  const region = environment?.split('/').at(-1);
  return region === undefined || region === 'unknown-region' ? undefined : region;
};

/**
 * One application in two regions has stacks of equal names: each is then called by its region too, or by its template
 * where that does not tell them apart.
 */
export function withUniqueNames({ stacks, notRead }: StacksRead): StacksRead {
  const counts = countBy(stacks, ({ name }) => name);
  const inRegion = countBy(stacks, (stack) => `${stack.name}@${regionOf(stack) ?? ''}`);
  const nameOf = (stack: EvaluatedStack): string => {
    if (counts.get(stack.name) === 1) return stack.name;
    const region = regionOf(stack);
    return region !== undefined && inRegion.get(`${stack.name}@${region}`) === 1
      ? `${stack.name}@${region}`
      : `${stack.name}@${stack.templateFile.replace(/\.template\.json$/, '').replaceAll('/', '.')}`;
  };
  return {
    stacks: stacks.map((stack) => {
      const name = nameOf(stack);
      const parent = parentOf(stack, stacks, nameOf);
      if (name === stack.name && parent?.stack === stack.parent?.stack) return stack;
      const resources = stack.resources.map((resource) => ({ ...resource, stack: name }));
      return { ...stack, name, resources, ...(parent && { parent }) };
    }),
    notRead: notRead.map((each) => {
      const owner = stacks.find(
        ({ name, templateFile }) => name === each.stack && templateFile === each.template.file,
      );
      return owner === undefined ? each : { ...each, stack: nameOf(owner) };
    }),
  };
}

/** A nested stack's parent stands just before it among those of its name. */
function parentOf(
  child: EvaluatedStack,
  stacks: readonly EvaluatedStack[],
  nameOf: (stack: EvaluatedStack) => string,
): EvaluatedStack['parent'] {
  const { parent } = child;
  if (parent === undefined) return undefined;
  const before = stacks.slice(0, stacks.indexOf(child)).filter(({ name }) => name === parent.stack);
  const owner = before.at(-1);
  return owner === undefined ? parent : { ...parent, stack: nameOf(owner) };
}

function countBy<T>(items: readonly T[], key: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
}
