import type { ProofRule } from '../proof-rows';

const CONTROLS = [
  'NIST-800-53-R5:ra-3',
  'NIST-800-53-R5:ac-6',
  'NIST-800-53-R5:ac-5',
  'NIST-800-53-R5:au-9',
  'SOC2:cc_6_3',
];

/** What the attack proof claims, one rule each. */
export const ATTACK_RULES = {
  cellsDecided: {
    id: 'attack-goals-refused-or-accepted',
    title:
      'No attacker position reaches a goal, or an entry says what remains, who accepts it and how it is noticed.',
    controls: CONTROLS,
    remedy:
      'Close the path that the message tells; or enter it in policies/attack-paths.yaml with what remains, who accepts it and which alert tells of it.',
  },
  twoPeople: {
    id: 'attack-two-people-let-in',
    title:
      'Each approval is given by one role of people alone, and before the pipeline changes itself those of two are needed.',
    controls: [...CONTROLS, 'NIST-800-53-R5:cm-3', 'NIST-800-53-R5:cm-5'],
    remedy:
      'Name the approval under one of APPROVALS in lib/names.ts and let policies/organization/scp-clients.json refuse it to everybody else.',
  },
  rechecked: {
    id: 'attack-gate-does-not-speak-for-itself',
    title:
      'What people let in was evaluated by the gate of the last release, too, and each approval says what that gate said, and nothing by the word of a build that runs the release.',
    controls: [...CONTROLS, 'NIST-800-53-R5:cm-3', 'NIST-800-53-R5:cm-5'],
    remedy:
      'Evaluate what was synthesized with the code of the last release before the first approval, and name the signing build’s RECHECK in each.',
  },
  routesOfPeople: {
    id: 'attack-routes-of-one-role',
    title:
      'Each route of the API that IAM guards is one role’s of people, by the API’s own policy, whoever else has a grant.',
    controls: [...CONTROLS, 'NIST-800-53-R5:ac-3'],
    remedy:
      'Name the route in policies/perimeter/rest-api.json, and refuse it there to everybody but the role that it is for.',
  },
  entriesUsed: {
    id: 'attack-entries-used',
    title: 'Every entry of policies/attack-paths.yaml is about a path that is open.',
    controls: CONTROLS,
    remedy: 'Take the positions and goals out of the entry that are refused now.',
  },
  noticed: {
    id: 'attack-paths-noticed',
    title:
      'Whatever an entry says tells of its path is in the templates, not later than it says, and counts a call of it; of what no alert counts, the entry says so.',
    controls: [...CONTROLS, 'NIST-800-53-R5:si-4'],
    remedy:
      'Name an alarm of the templates whose filters count a call of the path, and the minutes that it takes at least; or enter the attempt under untold, with why nothing tells and how it is noticed otherwise.',
  },
  approved: {
    id: 'attack-entries-approved',
    title:
      'Whoever accepts a path approved its entry as it stands, and each way in which its goals are reached.',
    controls: CONTROLS,
    remedy:
      'Have the role under acceptedBy decide, then write it down: npm run compliance -- approve ATK-NNN --by ROLE --on YYYY-MM-DD.',
  },
  pipelinesReviewed: {
    id: 'attack-pipelines-reviewed',
    title: 'The pipelines and what their builds are told are what was reviewed, word by word.',
    controls: [...CONTROLS, 'NIST-800-53-R5:cm-3', 'NIST-800-53-R5:cm-5'],
    remedy:
      'If the change is intended, run `npm run compliance -- accept-proofs` and have the diff reviewed.',
  },
  organizationReviewed: {
    id: 'attack-organization-reviewed',
    title: 'The policies of the organisation are what was reviewed, statement by statement.',
    controls: [...CONTROLS, 'NIST-800-53-R5:cm-3', 'NIST-800-53-R5:cm-5'],
    remedy:
      'If the change is intended, run `npm run compliance -- accept-proofs` and have the diff reviewed.',
  },
  matrixReviewed: {
    id: 'attack-matrix-reviewed',
    title: 'The attack matrix is the one that was reviewed.',
    controls: CONTROLS,
    remedy:
      'If the change is intended, run `npm run compliance -- accept-proofs` and have the diff reviewed.',
  },
} as const satisfies Record<string, ProofRule>;
