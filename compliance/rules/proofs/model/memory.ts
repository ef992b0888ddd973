import { isRecord } from '../../../is-record';
import type { StackTemplate } from './template';

/** Something that was found of templates, and what of them was read to find it. */
export interface Found {
  readonly value: unknown;
  readonly reads: ReadonlySet<string>;
}

/**
 * What can be read of templates, as a token: a resource by its path (there or not), the list of the resources of a type or
 * of all types, the exports. Whatever reads something else of them, such as an index, names a token of its own and
 * signs it ({@link Memory.signatures}).
 */
export const EVERY_TYPE = 'every type';
export const EXPORTS = 'exports';
export const typeToken = (type: string): string => `type ${type}`;

/** Templates that nobody can change any more, and everything that was found of them. */
export class Memory {
  /** What a token stood for when it was first read. */
  readonly signatures = new Map<string, string>();
  private readonly found = new WeakMap<object, Map<string, Found>>();
  private readonly resolved = new Map<string, Map<unknown, Found>>();

  constructor(readonly stacks: readonly StackTemplate[]) {}

  /** What somebody found, by what it is about. */
  foundBy(by: object): Map<string, Found> {
    const found = this.found.get(by) ?? new Map<string, Found>();
    this.found.set(by, found);
    return found;
  }

  /** Resolved values of a resource, by the template's own words. */
  resolvedAt(path: string): Map<unknown, Found> {
    const resolved = this.resolved.get(path) ?? new Map<unknown, Found>();
    this.resolved.set(path, resolved);
    return resolved;
  }
}

const memories = new WeakMap<object, Map<string, Memory>>();

const shapeOf = (stacks: readonly StackTemplate[]): string =>
  stacks
    .map(
      ({ stackName, account, region, context }) =>
        `${stackName} ${account} ${region} ${context === true ? 'context' : ''}`,
    )
    .join('\n');

/**
 * The memory of templates that these are, but for some resources; of frozen ones that nobody has read yet a new one. None
 * where they may still change: what was found of them then holds for nobody else.
 */
export function memoryOf(stacks: readonly StackTemplate[]): Memory | undefined {
  const shape = shapeOf(stacks);
  const templates = stacks.map(({ template }) => template).filter(isRecord);
  for (const template of templates) {
    const known = memories.get(template)?.get(shape);
    if (known) return known;
  }
  const isFrozen = templates.every(
    (template) => Object.isFrozen(template) && Object.isFrozen(template['Resources']),
  );
  if (templates.length < stacks.length || !isFrozen) return undefined;
  const memory = new Memory(stacks);
  for (const template of templates) {
    const ofTemplate = memories.get(template) ?? new Map<string, Memory>();
    memories.set(template, ofTemplate.set(shape, memory));
  }
  return memory;
}

type Resources = Readonly<Record<string, unknown>>;

const resourcesOf = (template: Resources): Resources =>
  isRecord(template['Resources']) ? template['Resources'] : {};

const typeOf = (body: unknown): string => (isRecord(body) ? String(body['Type']) : '');

/** Whether two lists hold what both have in the same order. */
function areInOneOrder(before: readonly string[], now: readonly string[]): boolean {
  const [old, there] = [new Set(before), new Set(now)];
  const kept = before.filter((id) => there.has(id));
  return now.filter((id) => old.has(id)).every((id, index) => id === kept[index]);
}

/** What changed in the resources of a stack; undefined where resources changed places. */
function changedResources(stackName: string, before: Resources, now: Resources): string[] | undefined {
  const [idsBefore, ids] = [Object.keys(before), Object.keys(now)];
  const isSameList = idsBefore.length === ids.length && ids.every((id, index) => id === idsBefore[index]);
  if (!isSameList && !areInOneOrder(idsBefore, ids)) return undefined;
  return [...new Set([...idsBefore, ...ids])].flatMap((id) => {
    const [old, body] = [before[id], now[id]];
    // A body that is not frozen may have changed since it was read, and stays the same object.
    if (old === body && Object.isFrozen(body)) return [];
    const isSameType = id in before && id in now && typeOf(old) === typeOf(body);
    return [
      `${stackName}/${id}`,
      ...(isSameType ? [] : [EVERY_TYPE, typeToken(typeOf(old)), typeToken(typeOf(body))]),
    ];
  });
}

/**
 * Every token that stands for something else in these templates than in those of the memory. Undefined where more than
 * resources changed, or their order: nothing that was found can be told to hold then.
 */
export function changedSince(memory: Memory, stacks: readonly StackTemplate[]): Set<string> | undefined {
  const changed = new Set<string>();
  for (const [index, { stackName, template }] of stacks.entries()) {
    const before = memory.stacks[index]?.template;
    if (before === template) continue;
    if (!isRecord(before) || !isRecord(template)) return undefined;
    const sections = new Set([...Object.keys(before), ...Object.keys(template)]);
    sections.delete('Resources');
    for (const section of sections) if (before[section] !== template[section]) return undefined;
    const tokens = changedResources(stackName, resourcesOf(before), resourcesOf(template));
    if (tokens === undefined) return undefined;
    for (const token of tokens) changed.add(token);
  }
  return changed;
}

/** Whether something was found without what changed. */
export function isUntouched(reads: ReadonlySet<string>, changed: ReadonlySet<string>): boolean {
  for (const token of changed) if (reads.has(token)) return false;
  return true;
}
