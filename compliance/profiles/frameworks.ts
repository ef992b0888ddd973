import type { VerdictRow } from '../verdict-row';

/** Findings that are evidence for nothing but frameworks that a team does not answer to are not applicable. */
export const applyFrameworks = (
  rows: readonly VerdictRow[],
  frameworks: readonly string[] | undefined,
): VerdictRow[] =>
  frameworks === undefined
    ? [...rows]
    : rows.map((row) => {
        const isOther = (control: string): boolean => !frameworks.includes(control.split(':')[0] ?? '');
        return row.verdict === 'non-compliant' && row.controls.length > 0 && row.controls.every(isOther)
          ? {
              ...row,
              verdict: 'not-applicable',
              message: 'The profile names none of the frameworks that ask for it.',
            }
          : row;
      });
