import { groupBy } from '../group-by';
import { baseRule, type Verdict, type VerdictRow } from '../verdict-row';

/** By a variant's name, the stack that it is of and what it assumes. */
export type Origins = ReadonlyMap<string, { readonly stack: string; readonly assumes: string }>;

/** Of several verdicts of one rule on one resource the worst is told. */
const WORST_FIRST: readonly Verdict[] = ['non-compliant', 'error', 'excepted', 'compliant', 'not-applicable'];

const keyOf = ({ engine, rule, resource }: VerdictRow, stack: string): string =>
  [engine, baseRule(rule), stack, resource].join('\u0000');

/**
 * The rows on the ways in which a stack can be deployed, as rows on the stack: one finding is told once, and under what
 * it holds where it does not hold in the first of them.
 */
export function mergeVariants(rows: readonly VerdictRow[], origins: Origins): VerdictRow[] {
  const stacksWithSeveral = new Set(
    [...origins.values()].filter(({ assumes }) => assumes !== '').map(({ stack }) => stack),
  );
  const originOf = ({ stack }: VerdictRow): string => origins.get(stack ?? '')?.stack ?? '';
  const isOfOne = (row: VerdictRow): boolean => !stacksWithSeveral.has(originOf(row));
  const groups = groupBy(
    rows.filter((row) => !isOfOne(row)),
    (row) => keyOf(row, originOf(row)),
  );
  return [...rows.filter(isOfOne), ...[...groups.values()].flatMap((group) => worstOf(group, origins))];
}

function worstOf(group: readonly VerdictRow[], origins: Origins): VerdictRow[] {
  const verdict = WORST_FIRST.find((each) => group.some((row) => row.verdict === each));
  const told = new Map<string, VerdictRow>();
  const assumed = (row: VerdictRow): string => origins.get(row.stack ?? '')?.assumes ?? '';
  const worst = group.filter((row) => row.verdict === verdict);
  const first = worst.filter((row) => assumed(row) === '');
  for (const row of [...first, ...worst]) {
    const { stack, assumes } = origins.get(row.stack ?? '') ?? { stack: row.stack, assumes: '' };
    const key = `${row.rule} ${row.message}`;
    if (told.has(key)) continue;
    const isOpen = row.verdict === 'non-compliant' || row.verdict === 'error';
    const message = isOpen && assumes !== '' ? `If ${assumes}: ${row.message}` : row.message;
    told.set(key, { ...row, ...(stack !== undefined && { stack }), message });
  }
  return [...told.values()];
}
