const SECTION = 'Resources';

/** What a parser does not tell of a JSON template. */
export interface JsonKeys {
  /** The line on which each resource begins, counted from 1. */
  readonly resources: ReadonlyMap<string, number>;
  /** The first name that stands twice in one object. */
  readonly repeated: { readonly key: string; readonly line: number } | undefined;
}

/**
 * Where the keys of a JSON template stand. A scanner and no parser: the template is parsed once already.
 * @param text - valid JSON.
 */
export function jsonKeys(text: string): JsonKeys {
  const resources = new Map<string, number>();
  let repeated: JsonKeys['repeated'];
  /** The keys of each object that is open; an array has none. */
  const open: (Set<string> | undefined)[] = [];
  let line = 1;
  let section: string | undefined;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === '\n') line += 1;
    else if (character === '{') open.push(new Set());
    else if (character === '[') open.push(undefined);
    else if (character === '}' || character === ']') open.pop();
    else if (character === '"') {
      const end = endOfString(text, index);
      const keys = open.at(-1);
      if (keys !== undefined && isFollowedByColon(text, end)) {
        const key = JSON.parse(text.slice(index, end + 1)) as string;
        if (keys.has(key)) repeated ??= { key, line };
        keys.add(key);
        if (open.length === 1) section = key;
        else if (open.length === 2 && section === SECTION) resources.set(key, line);
      }
      index = end;
    }
  }
  return { resources, repeated };
}

function endOfString(text: string, begin: number): number {
  let index = begin + 1;
  while (index < text.length && text[index] !== '"') index += text[index] === '\\' ? 2 : 1;
  return index;
}

function isFollowedByColon(text: string, end: number): boolean {
  let index = end + 1;
  while (/\s/.test(text[index] ?? '')) index += 1;
  return text[index] === ':';
}
