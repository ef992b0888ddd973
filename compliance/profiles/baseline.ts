import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { GateError, messageOf } from '../gate-error';
import { daysUntil } from '../register/evaluate-register';
import type { VerdictRow } from '../verdict-row';

/** A baseline is for a beginning: after half a year what still stands is open again. */
const LONGEST_DAYS = 180;
const BASELINE = 'BASELINE';

const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'a date reads YYYY-MM-DD')
  .refine((date) => !Number.isNaN(Date.parse(date)), 'no such day');
const findingSchema = z.strictObject({
  engine: z.string(),
  rule: z.string(),
  stack: z.string().optional(),
  resource: z.string(),
});
type KnownFinding = z.infer<typeof findingSchema>;
const baselineSchema = z
  .strictObject({
    taken: day,
    expires: day,
    owner: z.string().min(3, 'name who works it off'),
    reason: z.string().min(30, 'say in a sentence why these findings may stand for now (30 characters)'),
    findings: z.array(findingSchema),
  })
  .refine(
    ({ taken, expires }) => daysUntil(expires, taken) > 0 && daysUntil(expires, taken) <= LONGEST_DAYS,
    {
      message: `must be after the day on which it was taken, and at most ${LONGEST_DAYS} days`,
      path: ['expires'],
    },
  );
export type Baseline = z.infer<typeof baselineSchema> & { readonly file: string };

const keyOf = ({
  engine,
  rule,
  stack,
  resource,
}: Pick<VerdictRow, 'engine' | 'rule' | 'resource' | 'stack'> | KnownFinding): string =>
  [engine, rule, stack ?? '', resource].join('\u0000');

/** @throws GateError DATA_INVALID */
export function loadBaseline(file: string): Baseline {
  try {
    return { ...baselineSchema.parse(parse(readFileSync(file, 'utf8'))), file: path.basename(file) };
  } catch (error) {
    throw new GateError(
      'DATA_INVALID',
      `The baseline ${file} cannot be used: ${messageOf(error)}. Fix it, or take it anew with --write-baseline.`,
    );
  }
}

/** Known findings become excepted until the baseline expires; after that day all of them are open. */
export function applyBaseline(rows: readonly VerdictRow[], baseline: Baseline, today: string): VerdictRow[] {
  if (baseline.expires < today) return [...rows];
  const known = new Set(baseline.findings.map(keyOf));
  return rows.map((row) =>
    row.verdict === 'non-compliant' && known.has(keyOf(row))
      ? { ...row, verdict: 'excepted', exception: BASELINE }
      : row,
  );
}

const BASELINE_RULES = ['BASELINE-EXPIRED', 'BASELINE-SHRINKS'] as const;

/**
 * The discipline of a baseline: it ends, and it only shrinks. What was fixed has to be taken out, so that it cannot come
 * back unseen.
 * @param engines - those that ran: of the others' findings nothing is known.
 */
export function evaluateBaseline(
  baseline: Baseline,
  rows: readonly VerdictRow[],
  today: string,
  engines: ReadonlySet<string>,
): VerdictRow[] {
  const found = new Set(rows.filter(({ verdict }) => verdict === 'non-compliant').map(keyOf));
  const gone = baseline.findings.filter((known) => engines.has(known.engine) && !found.has(keyOf(known)));
  const row = (rule: string, title: string, problems: string, good: string): VerdictRow => ({
    engine: 'exceptions-register',
    rule,
    title,
    resource: baseline.file,
    resourceType: 'baseline',
    verdict: problems === '' ? 'compliant' : 'non-compliant',
    controls: ['NIST-800-53-R5:CA-5'],
    strength: 'property',
    severity: problems === '' ? 'note' : 'error',
    message: problems === '' ? good : problems,
    remedy: `Fix ${baseline.file}, or what it excuses.`,
  });
  const some = gone.slice(0, 5).map(({ rule, stack, resource }) => `${rule} on ${stack ?? ''} ${resource}`);
  return [
    row(
      BASELINE_RULES[0],
      'The baseline of known findings has not expired',
      baseline.expires < today ? `It expired on ${baseline.expires}; its findings are open.` : '',
      `${baseline.findings.length} known findings until ${baseline.expires}, to be worked off by ${baseline.owner}.`,
    ),
    row(
      BASELINE_RULES[1],
      'The baseline holds no finding that is fixed',
      gone.length === 0
        ? ''
        : `${gone.length} of its findings are found no more; take them out so that they cannot come back: ${some.join('; ')}${gone.length > 5 ? '; …' : ''}.`,
      'Each of its findings still stands.',
    ),
  ];
}

/**
 * Writes the open findings as a baseline, for its owner to sign.
 * @throws GateError USAGE where one is there already: it only shrinks, and a new one is a decision.
 */
export function writeBaseline(file: string, rows: readonly VerdictRow[], today: string): number {
  if (existsSync(file))
    throw new GateError(
      'USAGE',
      `${file} is there already, and a baseline only shrinks. Delete it to take one anew.`,
    );
  const open = rows.filter(
    ({ verdict, engine }) => verdict === 'non-compliant' && engine !== 'exceptions-register',
  );
  const findings = new Map(
    open.map(({ engine, rule, stack, resource }) => {
      const known = { engine, rule, ...(stack !== undefined && { stack }), resource };
      return [keyOf(known), known] as const;
    }),
  );
  const expires = new Date(Date.parse(today) + (LONGEST_DAYS / 2) * 86_400_000).toISOString().slice(0, 10);
  const baseline = {
    taken: today,
    expires,
    owner: 'say who',
    reason: 'TO BE SAID: why these findings may stand until that day, and how they are worked off.',
    findings: [...findings.values()],
  };
  writeFileSync(file, stringify(baseline));
  return findings.size;
}
