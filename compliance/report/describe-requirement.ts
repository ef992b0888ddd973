import { notProduced, type RequirementResult } from '../controls/requirements';

/** Each part that a narrative claims, how much of the requirement it is, and what this run says of it; for text and cells. */
export const describeParts = ({ parts }: Pick<RequirementResult, 'parts'>): string =>
  parts.map(({ narrative, covers, part, state }) => `${narrative} (${covers}, ${state}): ${part}`).join('; ');

/**
 * What this run found for a requirement, in sentences: its state, what is open, what exceptions stand, and which cited
 * evidence was not produced. The same words stand in every document that has no cells for them.
 */
export function describeState(requirement: RequirementResult): string {
  const { state, parts, open, exceptions } = requirement;
  const failing = parts.flatMap(({ narrative, state: own }) => (own === 'findings' ? [narrative] : []));
  const missing = notProduced(requirement);
  return [
    `State in this pack: ${state}.`,
    ...(failing.length > 0 ? [`Open findings in ${failing.join(', ')}.`] : []),
    ...(open > 0 ? [`Open verdicts of rules that name it: ${open}.`] : []),
    ...(exceptions.length > 0 ? [`Exceptions: ${exceptions.join(', ')}.`] : []),
    ...(missing.length > 0 ? [`Cited and not produced in this pack: ${missing.join(', ')}.`] : []),
  ].join(' ');
}
