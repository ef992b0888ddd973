import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { VerdictRow } from '../verdict-row';
import { FRAMEWORKS, type Requirement, requirementKey } from './frameworks';
import { type ControlState, type NarrativeResult, stateOf } from './narratives';

const RESPONSIBLE = ['organisation', 'AWS', 'process'] as const;
const responsibilitiesSchema = z.strictObject({
  frameworks: z.record(
    z.enum(FRAMEWORKS),
    z.array(z.strictObject({ prefix: z.string(), who: z.enum(RESPONSIBLE), why: z.string() })),
  ),
});
type Responsibilities = z.infer<typeof responsibilitiesSchema>['frameworks'];

export interface RequirementResult extends Requirement {
  readonly state: ControlState;
  /** Ids of the narratives that claim it. */
  readonly narratives: readonly string[];
  /** Rules that name the requirement themselves, with at least one verdict. */
  readonly rules: readonly string[];
  readonly compliant: number;
  readonly excepted: number;
  readonly open: number;
  readonly exceptions: readonly string[];
  /** Whose it is when nothing here can assess it. */
  readonly responsible: string;
}

const FILE = path.resolve(__dirname, 'responsibilities.yaml');
export const loadResponsibilities = (): Responsibilities =>
  responsibilitiesSchema.parse(parse(readFileSync(FILE, 'utf8'))).frameworks;

/** What this run says of each requirement: by the narratives that claim it and by the rules that name it. */
export function judgeRequirements(
  requirements: readonly Requirement[],
  narratives: readonly NarrativeResult[],
  rows: readonly VerdictRow[],
  responsibilities: Responsibilities,
): RequirementResult[] {
  const byKey = new Map<string, VerdictRow[]>();
  for (const row of rows) {
    if (row.verdict === 'not-applicable') continue;
    for (const control of row.controls) {
      const [framework = '', id = ''] = control.split(/:(.*)/s);
      const key = requirementKey(framework, id);
      byKey.set(key, [...(byKey.get(key) ?? []), row]);
    }
  }
  return requirements.map((requirement) => {
    const { framework, id } = requirement;
    const named = byKey.get(requirementKey(framework, id)) ?? [];
    const claiming = narratives.filter(({ requirements: claimed }) => claimed[framework]?.includes(id));
    const states = new Set<ControlState>([stateOf(named), ...claiming.map(({ state }) => state)]);
    const state = (['findings', 'excepted', 'supported'] as const).find((candidate) => states.has(candidate));
    const count = (...verdicts: VerdictRow['verdict'][]): number =>
      named.filter(({ verdict }) => verdicts.includes(verdict)).length;
    return {
      ...requirement,
      state: state ?? 'not assessed',
      narratives: claiming.map((narrative) => narrative.id),
      rules: [...new Set(named.map(({ rule }) => rule.replace(/\[.*$/s, '')))].sort(),
      compliant: count('compliant'),
      excepted: count('excepted'),
      open: count('non-compliant', 'error'),
      exceptions: [
        ...new Set([
          ...named.flatMap(({ exception }) => exception ?? []),
          ...claiming.flatMap(({ exceptions }) => exceptions),
        ]),
      ].sort(),
      responsible: state === undefined ? responsibleFor(requirement, responsibilities) : '',
    };
  });
}

function responsibleFor({ framework, id }: Requirement, responsibilities: Responsibilities): string {
  const found = responsibilities[framework]
    .filter(({ prefix }) => id.startsWith(prefix))
    .sort((a, b) => b.prefix.length - a.prefix.length)[0];
  return found === undefined ? 'organisation' : `${found.who}: ${found.why}`;
}
