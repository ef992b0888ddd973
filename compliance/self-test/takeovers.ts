import type { Outcome } from './outcome';

/**
 * The ways in which somebody came to own the system when it was first attacked on paper, each with a mistake of the
 * self-test that opens it anew. `npm run compliance -- self-test --reopened` makes these alone and tells who noticed.
 */
export const FIRST_TAKEOVERS: Readonly<Record<string, readonly string[]>> = {
  'one merge owns the delivery account': [
    'two-person chain broken: the pipeline changes itself before anybody approves',
    'two-person chain broken: the second approval is gone',
    "two-person chain broken: the release approver gives the security approver's approvals too",
    "two-person chain broken: the security approver gives the release approver's approvals too",
    'two-person chain broken: CloudFormation of the delivery account is an administrator',
    'two-person chain broken: only the gate that was merged evaluates what was merged',
    'two-person chain broken: the approvals do not say what the gate of the last release said',
  ],
  'deployers rewrite the boundary': [
    'statement of the organisation removed: NobodyRewritesBoundary of scp-releases',
  ],
  'deployers silence evidence': [
    'statement of the organisation removed: NobodySilencesAlarms of scp-safekeeping',
    'statement of the organisation removed: OnlyReleasesChangeWhoMayEnter of scp-releases',
  ],
  'identities of other providers': [
    'statement of the organisation removed: NoWebIdentities of rcp-perimeter',
    'statement of the organisation removed: SamlForIdentityCenterOnly of rcp-perimeter',
  ],
  'people read clients’ keys': [
    'statement of the organisation removed: OnlyRotationReadsClientKeys of scp-clients',
  ],
  'code makes the platform’s calls': [
    'platform’s calls left to code: the stream’s function may read the stream itself',
  ],
  'a parser of pictures may write': ['parser of pictures may write them at serverlessapp-prod-processing'],
  'a build that runs the repository signs': [
    'two-person chain broken: the build that runs the repository may sign',
  ],
  'unchecked code runs where packs are signed': [
    'two-person chain broken: the build that signs runs the repository',
  ],
  'an engine that was silenced': ['engine that runs no rule: checkov', 'rule count lowered in checkov'],
  'approvals that do not bind': ['exception changed after its approval in the register'],
  'data leaves by an export or a restore': [
    'statement of the organisation removed: NobodyExportsData of scp-perimeter',
    'statement of the organisation removed: OnlyRestorersRestore of scp-clients',
  ],
};

const REMOVED = 'statement of the organisation removed';

/** Ways that an attacker found later (docs/decisions/0490, 0491, 0492, 0218), each with a mistake that opens it anew. */
export const LATER_TAKEOVERS: Readonly<Record<string, readonly string[]>> = {
  'links to pictures for whoever holds the credentials': [
    'links to pictures unbound: they work everywhere',
    'credentials of links used without one at serverlessapp-prod-storage',
  ],
  'an administrator calls and changes what runs': [`${REMOVED}: OnlyOurRolesAct of scp-clients`],
  'an administrator reviews and erases through the API': [
    'routes of one role opened: the API has no policy',
    'routes of one role opened: its policy is without OnlyReviewersReview',
    'routes of one role opened: its policy is without OnlyStewardsEraseForAnybody',
  ],
  'the connection writes to the repository': [
    'connection used without its conditions at serverlessapp-delivery',
    `${REMOVED}: NobodyWritesTheRepository of scp-clients`,
  ],
  'another key by the name of ours': [`${REMOVED}: OnlyReleasesMoveAliases of scp-safekeeping`],
  'alerts redirected, forged or ended': [
    `${REMOVED}: OnlyReleasesChangeAlarms of scp-safekeeping`,
    `${REMOVED}: NobodyDestroysAuditLogs of scp-safekeeping`,
    `${REMOVED}: PeopleForgeNoSignals of scp-clients`,
    `${REMOVED}: OnlyOurRolesWriteEvidence of scp-clients`,
  ],
  'the region that takes over is opened while nobody looks there': [
    'second region opened: the policies of its buckets let everybody in',
    'second region opened: the policies of its keys let everybody in',
    'second region opened: everybody takes the roles of its people',
    'second region opened: roles of its functions are without a boundary',
    'second region opened: its functions may do everything',
    'second region opened: its data steward reads what lies in the first',
    'second region opened: the policy of its API is without OnlyReviewersReview',
    'second region opened: the policy of its API is without OnlyStewardsEraseForAnybody',
  ],
};

const TAKEOVERS = { ...FIRST_TAKEOVERS, ...LATER_TAKEOVERS };

/**
 * What of three ways lies in code of the gate and of its set-up, where no template can be mistaken: the tests that open
 * it, by forged packs, another binary of Node, and a home folder and variables that silence engines.
 */
export const HELD_BY_TESTS: Readonly<Record<string, readonly string[]>> = {
  'a build that runs the repository signs': [
    'test/programs/compliance/evidence-pack.test.ts',
    'test/infrastructure/release-commands.test.ts',
    'test/infrastructure/sign-commands.test.ts',
  ],
  'unchecked code runs where packs are signed': ['test/unit/local/node-runtime.test.ts'],
  'an engine that was silenced': ['test/programs/compliance/hostile-environment.test.ts'],
};

/** Whether a mutant is this mistake, or this mistake in one of several places. */
const isMistake = (mistake: string, name: string): boolean =>
  name === mistake || name.startsWith(`${mistake}/`);

/** Whether a mistake opens one of these ways anew. */
export const reopens = (name: string): boolean =>
  Object.values(TAKEOVERS).some((mistakes) => mistakes.some((mistake) => isMistake(mistake, name)));

/** One line for each mistake, by the way that it opens, with who noticed. @returns the lines, and those of which something was not made or not noticed */
export function reopenedLines(outcomes: readonly Outcome[]): { lines: string[]; unnoticed: string[] } {
  const unnoticed: string[] = [];
  const lines = Object.entries(TAKEOVERS).flatMap(([way, names], index) => [
    ...names.map((name) => {
      const found = outcomes.filter((each) => isMistake(name, each.name));
      const [by] = found.flatMap(({ catches }) => catches);
      if (found.length === 0 || found.some(({ catches }) => catches.length === 0)) unnoticed.push(name);
      const told = by === undefined ? 'NOBODY' : `${by.catcher}: ${by.rule}`;
      return `${String(index + 1).padStart(2)} ${way} | ${name} | ${found.length === 0 ? 'NOT MADE' : told}`;
    }),
    ...(HELD_BY_TESTS[way] ?? []).map(
      (test) => `${String(index + 1).padStart(2)} ${way} | not here: ${test}`,
    ),
  ]);
  return { lines, unnoticed };
}
