import { keysWithin } from '../model/keys-within';
import type { StackTemplate } from '../model/template';
import { TemplateSet } from '../model/template-set';

/** More conditions than this are taken all to hold, then none: every further one by itself would add no meaning. */
const MOST_CONDITIONS = 12;

/** The conditions on which a value of a template depends. */
function conditionsOf(templates: readonly StackTemplate[]): string[] {
  const names = new Set<string>();
  for (const { template } of templates)
    for (const [key, operands] of keysWithin(template))
      if (key === 'Fn::If' && Array.isArray(operands)) names.add(String(operands[0]));
  return [...names];
}

/**
 * The templates once for each way in which their conditions may fall out that changes a single value: all hold, none
 * holds, each alone holds, each alone does not. Every branch of every `Fn::If` is in one of them.
 */
export function possibleWorlds(templates: readonly StackTemplate[]): TemplateSet[] {
  const conditions = conditionsOf(templates);
  const world = (holds: (condition: string) => boolean): TemplateSet => new TemplateSet(templates, { holds });
  const all = world(() => true);
  if (conditions.length === 0) return [all];
  const single = conditions.length === 1 || conditions.length > MOST_CONDITIONS ? [] : conditions;
  return [
    all,
    world(() => false),
    ...single.flatMap((name) => [
      world((condition) => condition === name),
      world((condition) => condition !== name),
    ]),
  ];
}
