import type { EngineResult } from '../../../verdict-row';
import { ModelError } from '../model/errors';
import type { StackTemplate } from '../model/template';
import { TemplateSet } from '../model/template-set';
import type { DeclaredCalls } from '../network/called-services';
import { SYSTEM_ACCOUNTS } from '../../../applications';
import { declaredCallsOf, shortNameOf } from '../function-names';
import { ProofRows } from '../proof-rows';
import type { ReviewedResult } from '../reviewed-file';
import { DECLARED_NEEDS, type DeclaredNeed } from './declared-needs';
import { PolicyError } from './errors';
import { readInventory } from './inventory';
import { evaluateBoundary } from './evaluate-boundary';
import { evaluateCalls } from './evaluate-calls';
import { evaluateEndpointPolicies } from './evaluate-endpoint-policies';
import { evaluateGrants } from './evaluate-grants';
import { evaluateOtherPrincipals, evaluateTransport, evaluateTrust } from './evaluate-people';
import { evaluateNotEmulated } from './evaluate-not-emulated';
import { evaluateServices } from './evaluate-services';
import { evaluateExternalPrincipals } from './evaluate-external-principals';
import { evaluateAllCells, summariseMatrix } from './matrix';
import { unreadPolicies } from './resource-policies';
import { IAM_RULES } from './rules';
import { summariseStatements } from './statements-summary';
import { closedWorld } from './targets';
import { World } from './world';

/** What the IAM proof hands back. */
export interface IamProof {
  readonly result: EngineResult;
  /** One paragraph per function, for the report. */
  readonly narratives: readonly string[];
  /** Empty when the policies could not be read. */
  readonly reviewed: readonly ReviewedResult[];
}

/**
 * Proves from the synthesized templates what every role, every foreigner and every AWS service may do. Not
 * authoritative: `evaluate` says which of AWS's policy types it knows, and what it does not know is a finding.
 * @param templates every stack of one application, and of those that it leans on.
 * @param parts the closed world asks tens of thousands of questions; the self-test asks them alone, of what the rest lets pass.
 */
export function proveIam(
  templates: readonly StackTemplate[],
  calls: DeclaredCalls = declaredCallsOf(templates),
  needs: readonly DeclaredNeed[] = DECLARED_NEEDS,
  parts: 'all' | 'closed world' | 'without closed world' = 'all',
): IamProof {
  const rows = new ProofRows('proof-iam');
  const set = new TemplateSet(templates);
  for (const resource of unreadPolicies(set)) {
    rows.add(
      IAM_RULES.readable,
      resource,
      'non-compliant',
      `${resource.type} grants access in a way that the evaluator does not read`,
    );
  }
  let narratives: string[] = [];
  const reviewed: ReviewedResult[] = [];
  try {
    const inventory = readInventory(set);
    const world = new World(set, inventory);
    if (parts !== 'closed world') {
      narratives = evaluateCalls(rows, world, calls);
      evaluateGrants(rows, world, calls, needs);
      evaluateBoundary(rows, world);
      evaluateEndpointPolicies(rows, world);
      evaluateServices(rows, world);
      evaluateTrust(rows, world);
      evaluateExternalPrincipals(rows, world, new Set([...set.accounts, ...SYSTEM_ACCOUNTS]));
    }
    if (parts !== 'without closed world') reviewed.push(...evaluateClosedWorld(rows, world, templates));
    const read = { resource: 'all policies', resourceType: 'policy' };
    rows.add(
      IAM_RULES.readable,
      read,
      'compliant',
      `${inventory.roles.length} roles, ${inventory.resourcePolicies.length} resource policies, ${inventory.endpoints.size} endpoint policies`,
    );
  } catch (error) {
    if (!(error instanceof PolicyError) && !(error instanceof ModelError)) throw error;
    rows.add(IAM_RULES.readable, { resource: error.where, resourceType: 'policy' }, 'error', error.message);
  }
  return {
    narratives,
    reviewed,
    result: {
      engine: 'proof-iam',
      version: '1',
      rows: rows.rows,
      rulesRun: Object.values(IAM_RULES).map((rule) => rule.id),
      failures: [],
      notAssessed: [],
    },
  };
}

/** Asks everything of everybody and evaluates the answers; the results are for review. */
function evaluateClosedWorld(
  rows: ProofRows,
  world: World,
  templates: readonly StackTemplate[],
): ReviewedResult[] {
  const targets = closedWorld(world.set, world.inventory);
  const cells = evaluateAllCells(world, targets);
  evaluateOtherPrincipals(rows, world, targets, cells);
  evaluateTransport(rows, cells);
  evaluateNotEmulated(rows, world, templates, cells);
  const application = shortNameOf(templates);
  const matrix = summariseMatrix(cells, application, world.account);
  const statements = summariseStatements(world.inventory, application, world.account);
  rows.review(IAM_RULES.matrixReviewed, matrix);
  rows.review(IAM_RULES.statementsReviewed, statements);
  return [matrix, statements];
}
