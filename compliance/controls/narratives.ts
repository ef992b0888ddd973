import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { GateError, messageOf } from '../gate-error';
import { engineNameSchema, type VerdictRow } from '../verdict-row';
import { FRAMEWORKS } from './frameworks';

const evidenceSchema = z.union([
  z.strictObject({ engine: engineNameSchema, rule: z.string() }),
  z.strictObject({ test: z.string().regex(/^test\/.+\.test\.ts$/) }),
]);
const narrativeSchema = z.strictObject({
  id: z.string().regex(/^[A-Z]{2,4}-\d{2}$/),
  title: z.string(),
  /** What we claim, in words that need no knowledge of the code. */
  claim: z.string().min(40),
  /** What the evidence does not show. */
  limits: z.string().optional(),
  since: z.iso.date(),
  evidence: z.array(evidenceSchema).min(1),
  requirements: z.partialRecord(z.enum(FRAMEWORKS), z.array(z.string()).min(1)),
});
export type Narrative = z.infer<typeof narrativeSchema>;

/** Supported: something ran and found compliance everywhere. Not assessed: nothing here can tell. */
export type ControlState = 'supported' | 'excepted' | 'findings' | 'not assessed';

export interface NarrativeResult extends Omit<Narrative, 'evidence'> {
  readonly state: ControlState;
  readonly evidence: readonly EvidenceResult[];
  readonly exceptions: readonly string[];
}
export interface EvidenceResult {
  readonly source: string;
  readonly title: string;
  readonly strength: 'property' | 'behaviour' | 'test';
  readonly compliant: number;
  readonly excepted: number;
  readonly open: number;
}

const FILE = path.resolve(__dirname, 'narratives.yaml');

/** @throws GateError DATA_INVALID */
export function loadNarratives(file: string = FILE): Narrative[] {
  try {
    return z.strictObject({ controls: z.array(narrativeSchema) }).parse(parse(readFileSync(file, 'utf8')))
      .controls;
  } catch (error) {
    throw new GateError('DATA_INVALID', `${file} cannot be read: ${messageOf(error)}`);
  }
}

export const stateOf = (rows: readonly Pick<VerdictRow, 'verdict'>[]): ControlState => {
  if (rows.some(({ verdict }) => verdict === 'non-compliant' || verdict === 'error')) return 'findings';
  if (rows.some(({ verdict }) => verdict === 'excepted')) return 'excepted';
  return rows.some(({ verdict }) => verdict === 'compliant') ? 'supported' : 'not assessed';
};

/**
 * A narrative names a rule whose single findings carry something more: in brackets (cdk-nag) or as a number (checkov's
 * secrets). An engine's own name stands for all of its rules.
 */
const isOf = (row: VerdictRow, engine: string, rule: string): boolean =>
  row.engine === engine &&
  (row.rule === rule ||
    rule === engine ||
    row.rule.startsWith(`${rule}[`) ||
    row.rule.startsWith(`${rule}_`));

/** What this run's rows say of each narrative. A piece of evidence that nothing produced makes it "not assessed". */
export function judgeNarratives(
  narratives: readonly Narrative[],
  rows: readonly VerdictRow[],
  projectRoot: string,
): NarrativeResult[] {
  return narratives.map((narrative) => {
    const own = narrative.evidence.map((evidence) =>
      'test' in evidence ? [] : rows.filter((row) => isOf(row, evidence.engine, evidence.rule)),
    );
    const evidence = narrative.evidence.map((source, index): EvidenceResult => {
      if ('test' in source) {
        const present = existsSync(path.join(projectRoot, source.test)) ? 1 : 0;
        return {
          source: source.test,
          title: 'Automated test',
          strength: 'test',
          compliant: present,
          excepted: 0,
          open: 0,
        };
      }
      const matching = own[index] ?? [];
      const count = (...verdicts: VerdictRow['verdict'][]): number =>
        matching.filter(({ verdict }) => verdicts.includes(verdict)).length;
      return {
        source: `${source.engine}: ${source.rule}`,
        title: (matching.find(({ rule }) => rule === source.rule) ?? matching[0])?.title ?? '',
        strength: matching[0]?.strength ?? 'property',
        compliant: count('compliant'),
        excepted: count('excepted'),
        open: count('non-compliant', 'error'),
      };
    });
    const all = own.flat();
    const produced = evidence.every(({ compliant, excepted, open }) => compliant + excepted + open > 0);
    return {
      ...narrative,
      evidence,
      state:
        produced || stateOf(all) === 'findings'
          ? stateOf(all.length > 0 ? all : [{ verdict: 'compliant' }])
          : 'not assessed',
      exceptions: [...new Set(all.flatMap(({ exception }) => exception ?? []))].sort(),
    };
  });
}
