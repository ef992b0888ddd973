/**
 * The document with the text between `<!-- NAME:begin -->` and `<!-- NAME:end -->` replaced.
 * @throws RangeError when the marks are missing.
 */
export function replaceMarkedBlock(document: string, name: string, text: string): string {
  const begin = `<!-- ${name}:begin -->`;
  const from = document.indexOf(begin);
  const to = document.indexOf(`<!-- ${name}:end -->`);
  if (from < 0 || to < from) throw new RangeError(`The document lacks ${begin} … <!-- ${name}:end -->.`);
  const block = `<!-- prettier-ignore-start -->\n\n${text}\n\n<!-- prettier-ignore-end -->\n`;
  return `${document.slice(0, from + begin.length)}\n\n${block}${document.slice(to)}`;
}

/** A Markdown table. */
export const markdownTable = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
