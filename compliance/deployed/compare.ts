import { isRecord } from '../is-record';
import { shortened } from '../../lambda/domain/cut-text';
/** Where settings differ, and how. */
export interface SettingDifference {
  readonly path: string;
  readonly expected: string;
  readonly found: string;
}

/** Elements of a policy in which one value and a list of it mean the same. */
const ONE_OR_MORE = new Set(['Action', 'NotAction', 'Resource', 'NotResource', 'Statement']);
const ACCOUNT = /^\d{12}$/;

/** One principal in the form in which AWS gives it back: an account as its root. */
const principal = (value: unknown): unknown =>
  typeof value === 'string' && ACCOUNT.test(value) ? `arn:aws:iam::${value}:root` : value;

/** `Principal: "*"` and `{ "AWS": "*" }` mean the same. */
function principals(value: unknown): unknown {
  if (!isRecord(value)) return value === '*' ? { AWS: ['*'] } : value;
  return Object.fromEntries(
    Object.entries(value).map(([kind, names]) => [kind, [names].flat().map(principal)]),
  );
}

/** A condition as one text for each value, so that one that says `false` is not taken for none. */
const conditions = (value: unknown): unknown =>
  isRecord(value)
    ? Object.entries(value).flatMap(([operator, keys]) =>
        isRecord(keys)
          ? Object.entries(keys).map(
              ([key, values]) => `${operator} ${key}: ${[values].flat().map(String).sort().join(', ')}`,
            )
          : [`${operator} ${JSON.stringify(keys)}`],
      )
    : value;

const statement = (value: unknown): unknown =>
  isRecord(value)
    ? Object.fromEntries(
        Object.entries(value).map(([element, content]) => {
          if (element === 'Principal' || element === 'NotPrincipal') return [element, principals(content)];
          if (element === 'Condition') return [element, conditions(content)];
          return [element, ONE_OR_MORE.has(element) ? [content].flat() : content];
        }),
      )
    : value;

/** A policy document in one form, from text or as an object, so that only what it says is compared. */
export function canonicalPolicy(policy: unknown): unknown {
  const document: unknown = typeof policy === 'string' ? parsed(policy) : policy;
  if (!isRecord(document)) return document;
  // Services make up an Id where none was given.
  const { Version } = document;
  return { Version, Statement: [document['Statement']].flat().map(statement) };
}

/** Text that holds JSON as what it holds; any other as it is. IAM encodes its documents for URLs. */
export function parsed(text: string): unknown {
  for (const candidate of [text, decoded(text)])
    try {
      return JSON.parse(candidate);
    } catch {
      continue;
    }
  return text;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Nothing, an empty list or object and a switch that is off are all how services say "not set". */
const isUnset = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  value === false ||
  value === 'false' ||
  (Array.isArray(value) && value.every(isUnset)) ||
  (isRecord(value) && Object.values(value).every(isUnset));

/** A form in which two values that mean the same are the same text: lists are sets, numbers and switches are texts. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value))
    return value
      .map(canonical)
      .map((item) => ({ item, text: JSON.stringify(item) }))
      .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
      .map(({ item }) => item);
  if (isRecord(value))
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, content]) => !isUnset(content))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, content]) => [name, canonical(content)]),
    );
  if (typeof value === 'string')
    // The time at which a stream began is in its ARN, and in no template.
    return value.replace(/(:table\/[^/]+\/stream\/)[^/*]+$/, '$1LATEST');
  return JSON.stringify(value);
}

const MOST_CHARACTERS = 220;
const shown = (value: unknown): string => {
  if (isUnset(value)) return 'nothing';
  return shortened(typeof value === 'string' ? value : JSON.stringify(value), MOST_CHARACTERS);
};

/** What one list has that the other has not, each item as often as it is there. */
function without(list: readonly unknown[], other: readonly unknown[]): unknown[] {
  const left = other.map((item) => JSON.stringify(item));
  return list.filter((item) => {
    const index = left.indexOf(JSON.stringify(item));
    if (index < 0) return true;
    left.splice(index, 1);
    return false;
  });
}

/** By what an item of a list is known: two versions of one item are told as one change of it. */
const NAMES_OF_ITEMS = ['Sid', 'Id', 'Name', 'Key', 'RuleName', 'IndexName', 'HttpMethod'];
function nameOf(item: unknown): string | undefined {
  const field = isRecord(item) ? NAMES_OF_ITEMS.find((name) => typeof item[name] === 'string') : undefined;
  return field === undefined ? undefined : String((item as Readonly<Record<string, unknown>>)[field]);
}

/** Where an item of a list stands: by its name, where it has one. */
function placeOf(path: string, item: unknown): string {
  const name = nameOf(item);
  return name === undefined ? path : `${path}[${name}]`;
}

function ofLists(path: string, expected: readonly unknown[], found: readonly unknown[]): SettingDifference[] {
  const gone = without(expected, found);
  const added = without(found, expected);
  const paired = gone.flatMap((item) => {
    const name = nameOf(item);
    const twin = name === undefined ? undefined : added.find((other) => nameOf(other) === name);
    return twin === undefined ? [] : [{ item, twin }];
  });
  return [
    ...paired.flatMap(({ item, twin }) => ofCanonical(placeOf(path, item), item, twin)),
    ...gone
      .filter((item) => !paired.some((pair) => pair.item === item))
      .map((item) => ({ path: placeOf(path, item), expected: shown(item), found: 'nothing' })),
    ...added
      .filter((item) => !paired.some((pair) => pair.twin === item))
      .map((item) => ({ path: placeOf(path, item), expected: 'nothing', found: shown(item) })),
  ];
}

function ofCanonical(path: string, expected: unknown, found: unknown): SettingDifference[] {
  if (isUnset(expected) && isUnset(found)) return [];
  if (Array.isArray(expected) && Array.isArray(found)) return ofLists(path, expected, found);
  if (isRecord(expected) && isRecord(found))
    return [...new Set([...Object.keys(expected), ...Object.keys(found)])].flatMap((name) =>
      ofCanonical(path === '' ? name : `${path}.${name}`, expected[name], found[name]),
    );
  return JSON.stringify(expected) === JSON.stringify(found)
    ? []
    : [{ path, expected: shown(expected), found: shown(found) }];
}

/** Everything in which two settings differ, in words: each with what was expected and what is there. */
export const describedDifferences = (expected: unknown, found: unknown): string[] =>
  settingDifferences(expected, found).map(
    ({ path, expected: before, found: there }) => `${path}: expected ${before}, in the account ${there}`,
  );

/** Everything in which two settings differ in meaning, each with its path. */
export const settingDifferences = (expected: unknown, found: unknown): SettingDifference[] =>
  ofCanonical('', canonical(expected), canonical(found));
