import { ruleSource, type VerdictRow } from '../verdict-row';
import type { Requirement } from './catalogues';
import type { NarrativeResult } from './evaluate-narratives';
import { type Coverage, COVERAGES } from './narratives';
import { canonicalReference, referenceOf } from './requirement-id';
import { type Holder, holdersOf, type Responsibilities } from './responsibilities';

/**
 * - `full`, `partial`, `contributes`: what the narratives that claim it evidence; no narrative, no such state. `full` only
 *   where all that is cited for it was produced in this run.
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
  /** What the narrative cites and this run did not produce. */
  readonly missing: readonly string[];
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
export function evaluateRequirements(
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
      const { id, state, missing } = narrative;
      return [{ narrative: id, covers: claim[0], part: claim[1], state, missing }];
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
      holders: holdersOf(requirement, heldAs(state, parts), responsibilities),
    };
  });
}

/** Whose a requirement is does not depend on which tests ran: what is claimed stays the application's. */
function heldAs(state: RequirementState, parts: readonly ClaimedPart[]): RequirementState {
  if (state === 'not assessed') return parts.length > 0 ? 'partial' : state;
  return state === 'partial' && parts.some(({ covers }) => covers === 'full') ? 'full' : state;
}

function stateOf(parts: readonly ClaimedPart[], open: boolean, excepted: boolean): RequirementState {
  if (open || parts.some(({ state }) => state === 'findings')) return 'not met';
  const evidenced = parts.filter(({ state }) => state !== 'not assessed');
  if (evidenced.length === 0) return 'not assessed';
  if (excepted || evidenced.some(({ state }) => state === 'excepted')) return 'excepted';
  const best = COVERAGES.find((coverage) => evidenced.some(({ covers }) => covers === coverage));
  const isWhole = evidenced.some(({ covers, state }) => covers === 'full' && state === 'supported');
  return best === 'full' && !isWhole ? 'partial' : (best ?? 'not assessed');
}

/** What its narratives cite for a requirement and this run did not produce. */
export const notProduced = ({ parts }: Pick<RequirementResult, 'parts'>): string[] =>
  [...new Set(parts.flatMap(({ missing }) => missing))].sort();

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
