import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseTemplate } from '../assembly/parse-template';
import { readText } from '../assembly/read-text';
import { apart } from '../apart';
import { groupBy } from '../group-by';
import { isRecord } from '../is-record';
import { templatePlace } from './places';
import { beginningOf, boundary } from '../../lambda/domain/cut-text';

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

/** A value of more characters is told by what of it changed, where one came in the place of one. */
const LONG = 400;
/** How many characters are told before and behind what changed. */
const AROUND = 80;

/** Of two texts how many characters are the same, from their beginnings and, of what is left, from their ends. */
function sameEnds(one: string, other: string): { readonly start: number; readonly end: number } {
  const most = Math.min(one.length, other.length);
  let start = 0;
  while (start < most && one[start] === other[start]) start++;
  let end = 0;
  while (end < most - start && one[one.length - 1 - end] === other[other.length - 1 - end]) end++;
  return { start, end };
}

/** A long value as far as it differs from the one in whose place it came, and where that begins. */
function excerpt({ at, says }: TemplateLine, other: TemplateLine): TemplateLine {
  const { start, end } = sameEnds(says, other.says);
  const from = boundary(says, Math.max(0, start - AROUND));
  const to = boundary(says, Math.min(says.length, says.length - end + AROUND));
  // An element of a list is told from others by how it begins: its Sid, its Name.
  const beginning = beginningOf(says, Math.min(from, AROUND));
  const part = `${beginning}${from > beginning.length ? '…' : ''}${says.slice(from, to)}${to < says.length ? '…' : ''}`;
  return { at: `${at} (changed at character ${start + 1} of ${says.length})`, says: part };
}

/** Lines of one side, long ones as far as they are new where one came in the place of one. */
function shortened(lines: readonly TemplateLine[], others: readonly TemplateLine[]): TemplateLine[] {
  const [own, theirs] = [groupBy(lines, ({ at }) => at), groupBy(others, ({ at }) => at)];
  return lines.map((each) => {
    const [other, ...more] = theirs.get(each.at) ?? [];
    return other !== undefined &&
      more.length === 0 &&
      own.get(each.at)?.length === 1 &&
      Math.min(each.says.length, other.says.length) >= LONG
      ? excerpt(each, other)
      : each;
  });
}

/**
 * What of a template is new, and gone, each value beside what it was; and lists and texts that are in another order. Of a long
 * value, a workflow or a dashboard, what changed in it.
 */
export function changedLines(before: readonly TemplateLine[], after: readonly TemplateLine[]): string[] {
  const [old, now] = [apart(before, after, textOf), apart(after, before, textOf)];
  const values = [
    ...shortened(old.surplus, now.surplus).map((each): [string, string] => [textOf(each), 'gone']),
    ...shortened(now.surplus, old.surplus).map((each): [string, string] => [textOf(each), 'new']),
  ].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const orderNow = orders(now.common);
  const moved = [...orders(old.common)].filter(([at, order]) => orderNow.get(at) !== order);
  return [
    ...values.map(([text, word]) => `${word}: ${text}`),
    ...moved.map(
      ([at]) =>
        `in another order: ${at}: ${(orderNow.get(at) ?? '')
          .split('\n')
          .map((says) => beginningOf(says, AROUND))
          .join(', ')}`,
    ),
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
