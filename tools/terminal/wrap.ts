const INDENT = '    ';

/**
 * A long line as several, broken between words; those after the first are indented, so that an eye sees where the next
 * begins.
 * @param width - of a line, in characters; a longer word stays whole
 */
export function wrapLine(line: string, width = 100): string[] {
  const [first = '', ...words] = line.split(' ');
  const lines = [first];
  for (const word of words) {
    const longer = `${lines.at(-1) ?? ''} ${word}`;
    if (longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(`${INDENT}${word}`);
  }
  return lines;
}
