import { printable } from './printable';
import { endOf } from '../../lambda/domain/cut-text';

/** Lines of a plain table: columns as wide as their widest cell, at most `widest` characters; cells are made printable. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  widest = 48,
): string[] {
  const clip = (cell: string): string => (cell.length > widest ? `…${endOf(cell, widest - 1)}` : cell);
  const all = [header, ...rows].map((row) => row.map((cell) => clip(printable(cell))));
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const lines = all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [lines[0] ?? '', rule, ...lines.slice(1)];
}
