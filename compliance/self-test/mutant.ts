import type { StackTemplate } from '../rules/proofs/model/template';

/** A resource of a template as JSON; mutations change it in place, on a copy. */
export type RawResource = {
  Type: string;
  Properties: Record<string, unknown>;
  Metadata?: Record<string, unknown>;
};
export type RawTemplate = {
  Resources: Record<string, RawResource>;
  Outputs?: Record<string, unknown>;
  [section: string]: unknown;
};
export interface RawStack extends Omit<StackTemplate, 'template'> {
  readonly template: RawTemplate;
}

/** One mistake that somebody could make, made on a copy of one stack's template. */
export interface Mutant {
  /** What kind of mistake it is; mutants of a kind share it. */
  readonly kind: string;
  /** `KIND at STACK/LOGICAL-ID`, with a detail where one resource offers several. */
  readonly name: string;
  readonly stackName: string;
  /** The whole stack with the mistake in it. */
  readonly mutated: () => RawStack;
}

/** All stacks with the mutant in place of its original. */
export const withMutant = (stacks: readonly RawStack[], mutant: Mutant): RawStack[] =>
  stacks.map((stack) => (stack.stackName === mutant.stackName ? mutant.mutated() : stack));

/** Made unchangeable to its last leaf, so that whoever has read it may keep what he read. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.values(value).forEach(frozen);
    Object.freeze(value);
  }
  return value;
}

/** A copy with a list of resources of its own; the resources themselves are the original's. */
const copyOf = (stack: RawStack): RawStack => ({
  ...stack,
  template: { ...stack.template, Resources: { ...stack.template.Resources } },
});

/** @returns whether the resource offered the mistake; it is a copy, and the template's list of resources is one too */
type Change = (
  properties: Record<string, unknown>,
  resource: RawResource,
  logicalId: string,
  template: RawTemplate,
) => boolean;

/** A mutant of one resource; undefined when it offers no such mistake. */
export function onResource(
  stack: RawStack,
  kind: string,
  logicalId: string,
  change: Change,
): Mutant | undefined {
  const mutated = (): RawStack | undefined => {
    const copy = copyOf(stack);
    const original = copy.template.Resources[logicalId];
    if (!original) return undefined;
    const resource = structuredClone(original);
    if (!('Properties' in resource)) Object.assign(resource, { Properties: {} });
    copy.template.Resources[logicalId] = resource;
    if (!change(resource.Properties, resource, logicalId, copy.template)) return undefined;
    frozen(copy.template.Resources[logicalId]);
    return copy;
  };
  if (mutated() === undefined) return undefined;
  const name = `${kind} at ${stack.stackName}/${logicalId}`;
  return { kind, name, stackName: stack.stackName, mutated: () => mutated() ?? stack };
}

/**
 * A mutant for every resource of the types, or for the first only.
 * @param change changes the copy; answers false when the resource offers no such mistake.
 */
export function onResources(
  stacks: readonly RawStack[],
  kind: string,
  types: readonly string[],
  change: Change,
  which: 'each' | 'first of each type' = 'each',
): Mutant[] {
  const taken = new Set<string>();
  return stacks.flatMap((stack) =>
    Object.entries(stack.template.Resources).flatMap(([logicalId, { Type }]): Mutant[] => {
      if (!types.includes(Type) || (which !== 'each' && taken.has(Type))) return [];
      const mutant = onResource(stack, kind, logicalId, change);
      if (mutant) taken.add(Type);
      return mutant ? [mutant] : [];
    }),
  );
}

/** A mutant that adds resources to the stack that holds a resource of the type. */
export function adding(
  stacks: readonly RawStack[],
  kind: string,
  besideType: string,
  added: (beside: string, template: RawTemplate) => Record<string, RawResource>,
): Mutant[] {
  const stack = stacks.find(({ template }) =>
    Object.values(template.Resources).some(({ Type }) => Type === besideType),
  );
  if (!stack) return [];
  const [beside] = Object.entries(stack.template.Resources).find(([, { Type }]) => Type === besideType) ?? [
    '',
  ];
  const mutated = (): RawStack => {
    const copy = copyOf(stack);
    Object.assign(copy.template.Resources, frozen(added(beside, copy.template)));
    return copy;
  };
  return [{ kind, name: `${kind} at ${stack.stackName}`, stackName: stack.stackName, mutated }];
}

/** Takes a property away; false when it is not there. */
export const drop = (properties: Record<string, unknown>, name: string): boolean => {
  const there = name in properties;
  Reflect.deleteProperty(properties, name);
  return there;
};

/** Sets a value at a path inside the properties; false when the path leads nowhere or the value is there already. */
export function put(properties: unknown, path: readonly (string | number)[], value: unknown): boolean {
  const parents = path.slice(0, -1);
  const last = path.at(-1);
  const parent = parents.reduce<unknown>(
    (inner, step) => (inner as Record<string, unknown> | undefined)?.[step],
    properties,
  );
  if (typeof parent !== 'object' || parent === null || last === undefined) return false;
  const record = parent as Record<string, unknown>;
  if (JSON.stringify(record[last]) === JSON.stringify(value)) return false;
  if (value === undefined) Reflect.deleteProperty(record, last);
  else record[last] = value;
  return true;
}
