import { isObject, mapObjects } from '../template';

/** The keys and values under one operator of a condition block. */
export type ConditionKeys = Record<string, unknown>;
/** A whole condition block: operator → keys → values. */
export type ConditionBlock = Record<string, ConditionKeys>;

/** A condition that has no equal in the emulator's terms. */
export class UntranslatableConditionError extends Error {
  override readonly name = 'UntranslatableConditionError';
}

export const asList = (value: unknown): unknown[] => {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
};

export const findKey = (keys: ConditionKeys, name: string): string | undefined =>
  Object.keys(keys).find((key) => key.toLowerCase() === name.toLowerCase());

const isNegated = (operator: string): boolean => operator.includes('Not');

/**
 * Adds values to a key of a block. A negated operator holds when none of its values matches, so that two lists can be
 * joined; under a positive operator joining would widen the condition.
 * @throws UntranslatableConditionError in that case
 */
export function addValues(
  block: ConditionBlock,
  operator: string,
  key: string,
  values: unknown[],
): ConditionBlock {
  const keys = block[operator] ?? {};
  const present = findKey(keys, key);
  if (present !== undefined && !isNegated(operator)) {
    throw new UntranslatableConditionError(`${operator} has two lists for ${key}`);
  }
  return {
    ...block,
    [operator]: { ...keys, [present ?? key]: [...asList(keys[present ?? key]), ...values] },
  };
}

const blockOf = (statement: Record<string, unknown>): ConditionBlock | undefined =>
  'Effect' in statement && isObject(statement['Condition'])
    ? (statement['Condition'] as ConditionBlock)
    : undefined;

/** A copy of a resource's properties in which every condition that names `key` went through `translate`. */
export function translateConditions(
  properties: Record<string, unknown> | undefined,
  key: string,
  translate: (block: ConditionBlock) => ConditionBlock,
): { properties: Record<string, unknown>; changed: boolean } {
  let changed = false;
  const translated = mapObjects(properties ?? {}, (node) => {
    const block = blockOf(node);
    if (!block || !Object.values(block).some((keys) => findKey(keys, key) !== undefined)) return undefined;
    changed = true;
    return { ...node, Condition: translate(block) };
  });
  return { properties: translated as Record<string, unknown>, changed };
}
