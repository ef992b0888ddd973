import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseTemplate } from '../assembly/parse-template';
import { readText } from '../assembly/read-text';
import { apart } from '../apart';
import { groupBy } from '../group-by';
import { isRecord } from '../is-record';
import { templatePlace } from './places';

/** A value of a template. */
export interface TemplateLine {
  /** The names that lead to it: `Resources › Upload › Properties › Handler`; `…[]` for an element of a list. */
  readonly at: string;
  /** As JSON: a text has its quotes, so that it is not taken for a number, or a list for its words. */
  readonly says: string;
}
/** What each stack's template says. */
export type TemplateLines = ReadonlyMap<string, readonly TemplateLine[]>;

/** Names as templates have them stand as they are; another one could say what leads to a value, or what the value is. */
const PLAIN_NAME = /^[\w:.$/@-]+$/;

const line = (names: readonly string[], value: unknown, suffix = ''): TemplateLine => ({
  at: `${names.map((name) => (PLAIN_NAME.test(name) ? name : JSON.stringify(name))).join(' › ')}${suffix}`,
  says: JSON.stringify(value),
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

/** What is said at each place, in its order. */
const orders = (lines: readonly TemplateLine[]): Map<string, string> =>
  new Map(
    [...groupBy(lines, ({ at }) => at)].map(([at, said]) => [at, said.map(({ says }) => says).join('\n')]),
  );

/** What of a template is new, and gone, each value beside what it was; and lists and texts that are in another order. */
export function changedLines(before: readonly TemplateLine[], after: readonly TemplateLine[]): string[] {
  const [old, now] = [apart(before, after, textOf), apart(after, before, textOf)];
  const values = [
    ...old.surplus.map((each): [string, string] => [textOf(each), 'gone']),
    ...now.surplus.map((each): [string, string] => [textOf(each), 'new']),
  ].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const orderNow = orders(now.common);
  const moved = [...orders(old.common)].filter(([at, order]) => orderNow.get(at) !== order);
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
