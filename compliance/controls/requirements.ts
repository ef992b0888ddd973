import { ruleSource, type VerdictRow } from '../verdict-row';
import type { Requirement } from './catalogues';
import type { NarrativeResult } from './judge-narratives';
import { type Coverage, COVERAGES } from './narratives';
import { canonicalReference, referenceOf } from './requirement-id';
import { type Holder, holdersOf, type Responsibilities } from './responsibilities';

/**
 * - `full`, `partial`, `contributes`: what the narratives that claim it evidence; no narrative, no such state.
 * - `excepted`: evidenced, with an exception that stands.
 * - `not met`: something that bears on it is open, whoever named the requirement.
 * - `not assessed`: nothing here tells; `holders` says who must.
 */
export type RequirementState = Coverage | 'excepted' | 'not met' | 'not assessed';
export const REQUIREMENT_STATES: readonly RequirementState[] = [
  'full',
  'partial',
  'contributes',
  'excepted',
  'not met',
  'not assessed',
];

/** One narrative's part of a requirement. */
export interface ClaimedPart {
  readonly narrative: string;
  readonly covers: Coverage;
  readonly part: string;
  readonly state: NarrativeResult['state'];
}

export interface RequirementResult extends Requirement {
  readonly state: RequirementState;
  readonly parts: readonly ClaimedPart[];
  /** Rules that name the requirement themselves, with at least one verdict; alone they make no state but "not met". */
  readonly rules: readonly string[];
  readonly compliant: number;
  readonly excepted: number;
  readonly open: number;
  readonly exceptions: readonly string[];
  /** Who holds it, this application included. */
  readonly holders: readonly Holder[];
}

/** What this run says of each requirement. */
export function judgeRequirements(
  requirements: readonly Requirement[],
  narratives: readonly NarrativeResult[],
  rows: readonly VerdictRow[],
  responsibilities: Responsibilities,
): RequirementResult[] {
  const named = rowsByReference(rows);
  return requirements.map((requirement) => {
    const own = named.get(referenceOf(requirement)) ?? [];
    const claiming = narratives.filter(
      ({ requirements: claimed }) => claimed[requirement.framework]?.[requirement.id] !== undefined,
    );
    const parts = claiming.flatMap((narrative): ClaimedPart[] => {
      const claim = narrative.requirements[requirement.framework]?.[requirement.id];
      if (claim === undefined) return [];
      return [{ narrative: narrative.id, covers: claim[0], part: claim[1], state: narrative.state }];
    });
    const count = (...verdicts: VerdictRow['verdict'][]): number =>
      own.filter(({ verdict }) => verdicts.includes(verdict)).length;
    const state = stateOf(parts, count('non-compliant', 'error') > 0, count('excepted') > 0);
    return {
      ...requirement,
      state,
      parts,
      rules: [...new Set(own.map(ruleSource))].sort(),
      compliant: count('compliant'),
      excepted: count('excepted'),
      open: count('non-compliant', 'error'),
      exceptions: [
        ...new Set([
          ...own.flatMap(({ exception }) => exception ?? []),
          ...claiming.flatMap(({ exceptions }) => exceptions),
        ]),
      ].sort(),
      // What is claimed stays the application's when its evidence did not run.
      holders: holdersOf(
        requirement,
        state === 'not assessed' && parts.length > 0 ? 'partial' : state,
        responsibilities,
      ),
    };
  });
}

function stateOf(parts: readonly ClaimedPart[], open: boolean, excepted: boolean): RequirementState {
  if (open || parts.some(({ state }) => state === 'findings')) return 'not met';
  const evidenced = parts.filter(({ state }) => state !== 'not assessed');
  if (evidenced.length === 0) return 'not assessed';
  if (excepted || evidenced.some(({ state }) => state === 'excepted')) return 'excepted';
  return COVERAGES.find((coverage) => evidenced.some(({ covers }) => covers === coverage)) ?? 'not assessed';
}

function rowsByReference(rows: readonly VerdictRow[]): Map<string, VerdictRow[]> {
  const references = new Map<string, string | undefined>();
  const canonical = (control: string): string | undefined => {
    if (!references.has(control)) references.set(control, canonicalReference(control));
    return references.get(control);
  };
  const named = new Map<string, VerdictRow[]>();
  for (const row of rows) {
    if (row.verdict === 'not-applicable') continue;
    for (const reference of new Set(row.controls.map(canonical))) {
      if (reference === undefined) continue;
      const own = named.get(reference);
      if (own === undefined) named.set(reference, [row]);
      else own.push(row);
    }
  }
  return named;
}
