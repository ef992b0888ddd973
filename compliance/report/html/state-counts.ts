import {
  REQUIREMENT_STATES,
  type RequirementResult,
  type RequirementState,
} from '../../controls/requirements';

/** How many requirements are in each state that one of them is in, in the order of the states. */
export const stateCounts = (
  requirements: readonly Pick<RequirementResult, 'state'>[],
): (readonly [RequirementState, number])[] =>
  REQUIREMENT_STATES.map(
    (state) => [state, requirements.filter((requirement) => requirement.state === state).length] as const,
  ).filter(([, count]) => count > 0);
