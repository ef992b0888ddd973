import { ruleSource, type Verdict, type VerdictRow } from '../../verdict-row';
import { rowAnchor, ruleAnchor } from './anchors';

/** A page of more rows is more than a browser opens with ease (about 0.8 kB a row, 20 MB in all). */
export const MOST_ROWS = 20_000;
const OPEN_FIRST: readonly Verdict[] = ['non-compliant', 'error', 'excepted', 'compliant', 'not-applicable'];

/** The places of the rows that the page shows: all of them, or as many as it can, what is open first. */
export function shownRows(rows: readonly VerdictRow[], most: number = MOST_ROWS): ReadonlySet<number> {
  const places = rows.map((_row, index) => index);
  if (rows.length <= most) return new Set(places);
  const byVerdict = OPEN_FIRST.flatMap((verdict) =>
    places.filter((index) => rows[index]?.verdict === verdict),
  );
  return new Set(byVerdict.slice(0, most));
}

/** Where a link to each row leads: to the row, or to its rule where the page does not show it. */
export function rowAnchors(rows: readonly VerdictRow[], most: number = MOST_ROWS): string[] {
  const shown = shownRows(rows, most);
  return rows.map((row, index) => (shown.has(index) ? rowAnchor(index) : ruleAnchor(ruleSource(row))));
}
