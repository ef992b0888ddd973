const SECTION = 'Resources';

/**
 * The line on which each resource of a JSON template begins, counted from 1. A scanner and no parser: a template is
 * parsed once already, and only keys of depth two are of interest.
 */
export function resourceLines(text: string): Map<string, number> {
  const lines = new Map<string, number>();
  let depth = 0;
  let line = 1;
  let section: string | undefined;
  let index = 0;
  while (index < text.length) {
    const character = text[index];
    if (character === '\n') line += 1;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    else if (character === '"') {
      const end = endOfString(text, index);
      if (depth <= 2 && followedByColon(text, end)) {
        const key = JSON.parse(text.slice(index, end + 1)) as string;
        if (depth === 1) section = key;
        else if (depth === 2 && section === SECTION) lines.set(key, line);
      }
      index = end;
    }
    index += 1;
  }
  return lines;
}

function endOfString(text: string, begin: number): number {
  let index = begin + 1;
  while (index < text.length && text[index] !== '"') index += text[index] === '\\' ? 2 : 1;
  return index;
}

const followedByColon = (text: string, end: number): boolean => /^\s*:/.test(text.slice(end + 1, end + 32));
