import type { Assembly, EvaluatedResource, EvaluatedStack, NotRead } from '../model';
import { variantsOfStack } from './deployed';
import { unreadNested } from './left-open';
import { type ExpandOptions, givenTo, isSettled } from './options';
import { translate } from './translate';

export type { ExpandOptions } from './options';

/** An assembly as it will be deployed, as far as that can be said before. */
export interface Expanded {
  /** Every way in which each stack can be deployed, as stacks of their own, for rules about what is deployed. */
  readonly variants: Assembly;
  /** Each stack once, with the resources of all its variants, for whoever tells of them. */
  readonly whole: Assembly;
  /** By a variant's name: the stack, and what the variant assumes. */
  readonly origins: ReadonlyMap<string, { readonly stack: string; readonly assumes: string }>;
  /** What is left open: neither worked out nor evaluated in every way. */
  readonly notRead: readonly NotRead[];
}

/**
 * Works out everything that is decided when a template is deployed: loops, SAM, parameters, mappings, conditions with
 * both their sides. A template that leaves nothing open is not touched.
 */
export async function expandAssembly(assembly: Assembly, options: ExpandOptions): Promise<Expanded> {
  const notRead: NotRead[] = [];
  const origins = new Map<string, { stack: string; assumes: string }>();
  const variants: EvaluatedStack[] = [];
  const whole: EvaluatedStack[] = [];
  const translated = await translate(assembly, options, notRead);
  /** What the first variant of a parent gives to the stacks that it nests. */
  const firstOf = new Map<string, EvaluatedStack>();
  const parentsFirst = [...assembly.stacks].sort((a, b) => nesting(a) - nesting(b));
  for (const stack of parentsFirst) {
    const own = isSettled(stack)
      ? [{ stack, assumes: '' }]
      : variantsOfStack(translated.get(stack.name) ?? stack, givenTo(stack, firstOf, options), notRead);
    const [first] = own;
    if (first !== undefined) firstOf.set(stack.name, first.stack);
    own.forEach((variant, index) => {
      const name = index === 0 ? stack.name : `${stack.name}~${index + 1}`;
      origins.set(name, { stack: stack.name, assumes: variant.assumes });
      variants.push(named(variant.stack, name));
    });
    whole.push(
      united(
        stack,
        own.map((variant) => variant.stack),
      ),
    );
    notRead.push(...unreadNested(stack, assembly));
  }
  const byName = (a: EvaluatedStack, b: EvaluatedStack): number => a.name.localeCompare(b.name, 'en');
  return {
    variants: { ...assembly, stacks: variants.sort(byName) },
    whole: { ...assembly, stacks: whole.sort(byName) },
    origins,
    notRead: [...assembly.notRead, ...notRead],
  };
}

const nesting = ({ name, parent }: EvaluatedStack): number =>
  parent === undefined ? 0 : name.split('.').length;

const named = (stack: EvaluatedStack, name: string): EvaluatedStack =>
  stack.name === name
    ? stack
    : { ...stack, name, resources: stack.resources.map((resource) => ({ ...resource, stack: name })) };

/** The stack with the resources of all its variants, each as the first that has it. */
function united(stack: EvaluatedStack, variants: readonly EvaluatedStack[]): EvaluatedStack {
  const [first] = variants;
  if (first === undefined) return stack;
  const resources = new Map<string, EvaluatedResource>();
  for (const variant of variants)
    for (const resource of variant.resources)
      if (!resources.has(resource.logicalId)) resources.set(resource.logicalId, resource);
  const bodies = [...resources].map(([logicalId, { body }]) => [logicalId, body] as const);
  return {
    ...first,
    name: stack.name,
    resources: [...resources.values()],
    template: { ...first.template, Resources: Object.fromEntries(bodies) },
  };
}
