import { isRecord } from '../../is-record';
const LOOP = /^Fn::ForEach::(.+)$/;

/** The name of a loop, when a key begins one. */
export const loopKey = (key: string): string | undefined => LOOP.exec(key)?.[1];

/**
 * What a loop (`Fn::ForEach`) stands for: its body once for each value of its collection, the identifier replaced in
 * keys and values. `${Name}` puts the value as it is, `&{Name}` without what a logical id may not have.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html
 * @param workOut - works out the collection.
 * @returns undefined when nobody can say what the collection is, or the loop has not its form.
 */
export function repeat(
  loop: unknown,
  workOut: (value: unknown) => unknown,
): Record<string, unknown> | undefined {
  if (!Array.isArray(loop) || loop.length !== 3) return undefined;
  const [identifier, collection, body] = loop as [unknown, unknown, unknown];
  const values = workOut(collection);
  if (typeof identifier !== 'string' || !Array.isArray(values) || !isRecord(body)) return undefined;
  if (!values.every((value) => typeof value === 'string' || typeof value === 'number')) return undefined;
  const repeated: Record<string, unknown> = {};
  for (const value of values) {
    const one = replaced(body, identifier, String(value)) as Record<string, unknown>;
    for (const [key, inner] of Object.entries(one)) {
      // A loop within a loop.
      const nested = loopKey(key) === undefined ? undefined : repeat(inner, workOut);
      if (loopKey(key) !== undefined && nested === undefined) return undefined;
      Object.assign(repeated, nested ?? { [key]: inner });
    }
  }
  return repeated;
}

function replaced(value: unknown, identifier: string, by: string): unknown {
  const inText = (text: string): string =>
    text.replaceAll(`\${${identifier}}`, by).replaceAll(`&{${identifier}}`, by.replace(/[^A-Za-z0-9]/g, ''));
  if (typeof value === 'string') return inText(value);
  if (Array.isArray(value)) return value.map((item) => replaced(item, identifier, by));
  if (!isRecord(value)) return value;
  if (value['Ref'] === identifier && Object.keys(value).length === 1) return by;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [inText(key), replaced(inner, identifier, by)]),
  );
}
