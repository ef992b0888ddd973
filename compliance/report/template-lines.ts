import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseTemplate } from '../assembly/parse-template';
import { readText } from '../assembly/read-text';
import { isRecord } from '../is-record';
import { templatePlace } from './places';

/** A value of a template. */
export interface TemplateLine {
  /** The names that lead to it: `Resources › Upload › Properties › Handler`; `…[]` for an element of a list. */
  readonly at: string;
  readonly says: string;
}
/** What each stack's template says. */
export type TemplateLines = ReadonlyMap<string, readonly TemplateLine[]>;

const line = (names: readonly string[], value: unknown, suffix = ''): TemplateLine => ({
  at: `${names.join(' › ')}${suffix}`,
  says: typeof value === 'string' ? value : JSON.stringify(value),
});

/**
 * Texts of several lines are told by their lines, and lists by their elements, without a count: one that is put in the middle is
 * one line, and not all that come after it. What belongs together in a list stays together: a statement, a rule.
 */
function flatten(value: unknown, names: readonly string[]): TemplateLine[] {
  if (Array.isArray(value) && value.length > 0) return value.map((element) => line(names, element, '[]'));
  if (isRecord(value) && Object.keys(value).length > 0)
    return Object.entries(value).flatMap(([name, child]) => flatten(child, [...names, name]));
  return typeof value === 'string' && value.includes('\n')
    ? value.split('\n').map((part) => line(names, part, ' (text)'))
    : [line(names, value)];
}

/** Every value of a template, in its order. @param file where it is, for errors */
export const linesOfTemplate = (text: string, file: string): TemplateLine[] =>
  flatten(parseTemplate(text, file).content, []);

const textOf = ({ at, says }: TemplateLine): string => `${at}: ${says}`;

/** Lines of one list that another has not, or not as often: what stands twice where it stood once is a change. */
export function surplus(lines: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const each of others) left.set(each, (left.get(each) ?? 0) + 1);
  return lines.filter((each) => {
    const count = left.get(each) ?? 0;
    left.set(each, count - 1);
    return count <= 0;
  });
}

/** Elements that both have, by where they stand, in the order in which one has them. */
function commonOf(lines: readonly TemplateLine[], others: readonly TemplateLine[]): Map<string, string> {
  const left = new Map<string, number>();
  for (const each of others) left.set(textOf(each), (left.get(textOf(each)) ?? 0) + 1);
  const common = new Map<string, string>();
  for (const each of lines) {
    const count = left.get(textOf(each)) ?? 0;
    left.set(textOf(each), count - 1);
    if (count > 0) common.set(each.at, `${common.get(each.at) ?? ''}${JSON.stringify(each.says)}\n`);
  }
  return common;
}

/** What of a template is new, and gone, each value beside what it was; and lists and texts that are in another order. */
export function changedLines(before: readonly TemplateLine[], after: readonly TemplateLine[]): string[] {
  const [old, now] = [before.map(textOf), after.map(textOf)];
  const values = [
    ...surplus(old, now).map((text): [string, string] => [text, 'gone']),
    ...surplus(now, old).map((text): [string, string] => [text, 'new']),
  ].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const common = commonOf(after, before);
  const moved = [...commonOf(before, after)].filter(([at, order]) => common.get(at) !== order);
  return [
    ...values.map(([text, word]) => `${word}: ${text}`),
    ...moved.map(([at]) => `in another order: ${at}`),
  ];
}

/**
 * The templates that a pack holds.
 * @param stacks - names of the pack's stacks; one whose template is not there has no lines.
 */
export const templatesOfPack = (pack: string, stacks: readonly { readonly name: string }[]): TemplateLines =>
  new Map(
    stacks.flatMap(({ name }): [string, TemplateLine[]][] => {
      const file = path.join(pack, templatePlace(name));
      return existsSync(file) ? [[name, linesOfTemplate(readText(file), file)]] : [];
    }),
  );

/** The templates of an assembly, by the names of its stacks. */
export const templatesOfAssembly = (
  directory: string,
  stacks: readonly { readonly name: string; readonly templateFile: string }[],
): TemplateLines =>
  new Map(
    stacks.map(({ name, templateFile }) => {
      const file = path.join(directory, templateFile);
      return [name, linesOfTemplate(readText(file), file)];
    }),
  );
