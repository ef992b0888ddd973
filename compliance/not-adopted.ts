import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { GateError, messageOf } from './gate-error';
import { engineNameSchema, type VerdictRow } from './verdict-row';

const FILE = path.resolve(__dirname, '../policies/rules-not-adopted.yaml');
const schema = z.strictObject({
  rules: z.array(
    z.strictObject({ engine: engineNameSchema, rule: z.string().min(3), reason: z.string().min(30) }),
  ),
});
export type RuleNotAdopted = z.infer<typeof schema>['rules'][number];

/** @throws GateError DATA_INVALID */
export function loadRulesNotAdopted(): RuleNotAdopted[] {
  try {
    return schema.parse(parse(readFileSync(FILE, 'utf8'))).rules;
  } catch (error) {
    throw new GateError('DATA_INVALID', `${FILE} cannot be read: ${messageOf(error)}`);
  }
}

/** Findings of rules that the project does not follow are not applicable, and say why. */
export const applyNotAdopted = (
  rows: readonly VerdictRow[],
  rules: readonly RuleNotAdopted[],
): VerdictRow[] =>
  rows.map((row) => {
    const known = rules.find(({ engine, rule }) => engine === row.engine && rule === row.rule);
    return known === undefined || row.verdict !== 'non-compliant'
      ? row
      : { ...row, verdict: 'not-applicable', message: `Not adopted: ${known.reason}` };
  });
