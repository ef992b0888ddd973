import { z } from 'zod';
import { baseRule, engineNameSchema, type VerdictRow } from '../verdict-row';

/** A rule that a team does not follow anywhere, and why; the report lists it. */
export const ruleNotAdoptedSchema = z.strictObject({
  engine: engineNameSchema,
  rule: z.string().min(3),
  reason: z.string().min(30, 'say it in a sentence that an auditor accepts (30 characters)'),
});
export type RuleNotAdopted = z.infer<typeof ruleNotAdoptedSchema>;

/** Findings of rules that are not followed are not applicable, and say why; of a rule with single findings all are. */
export const applyNotAdopted = (
  rows: readonly VerdictRow[],
  rules: readonly RuleNotAdopted[],
): VerdictRow[] =>
  rows.map((row) => {
    if (row.verdict !== 'non-compliant') return row;
    const known = rules.find(
      ({ engine, rule }) => engine === row.engine && (rule === row.rule || rule === baseRule(row.rule)),
    );
    return known === undefined
      ? row
      : { ...row, verdict: 'not-applicable', message: `Not adopted: ${known.reason}` };
  });
