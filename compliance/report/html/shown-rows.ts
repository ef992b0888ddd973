import { ruleSource, type Verdict, type VerdictRow } from '../../verdict-row';
import { rowAnchor, ruleAnchor } from './anchors';

/** With more rows a browser is busy for over a second before it shows the page. */
const MAXIMUM_ROWS = 3_000;
const OPEN_FIRST: readonly Verdict[] = ['non-compliant', 'error', 'excepted', 'compliant', 'not-applicable'];

/**
 * The places of the rows that the page shows: all of them, or as many as it can. What is open comes first, then what is
 * excepted; of the rest each rule gets its first row before any gets its second.
 */
export function shownRows(rows: readonly VerdictRow[], most: number = MAXIMUM_ROWS): ReadonlySet<number> {
  const places = rows.map((_row, index) => index);
  if (rows.length <= most) return new Set(places);
  const seen = new Map<string, number>();
  const ranked = rows.map((row, index) => {
    const kind = `${row.verdict} ${ruleSource(row)}`;
    const rank = seen.get(kind) ?? 0;
    seen.set(kind, rank + 1);
    return { index, order: OPEN_FIRST.indexOf(row.verdict), rank };
  });
  const chosen = ranked
    .sort((a, b) => a.order - b.order || a.rank - b.rank || a.index - b.index)
    .slice(0, most);
  return new Set(chosen.map(({ index }) => index).sort((a, b) => a - b));
}

/** Where a link to each row leads: to the row, or to its rule where the page does not show it. */
export function rowAnchors(rows: readonly VerdictRow[], most: number = MAXIMUM_ROWS): string[] {
  const shown = shownRows(rows, most);
  return rows.map((row, index) => (shown.has(index) ? rowAnchor(index) : ruleAnchor(ruleSource(row))));
}
