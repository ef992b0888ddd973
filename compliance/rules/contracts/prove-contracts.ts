import { accountPolicies } from '../proofs/iam/account-policies';
import { PolicyError } from '../proofs/iam/errors';
import { type PolicyInventory, readInventory } from '../proofs/iam/inventory';
import { principalsOf } from './service-grants';
import { ModelError } from '../proofs/model/errors';
import type { Resource } from '../proofs/model/resource';
import type { StackTemplate } from '../proofs/model/template';
import { TemplateSet } from '../proofs/model/template-set';
import { globMatches } from '../proofs/iam/wildcards';
import { ProofRows } from '../proofs/proof-rows';
import { evaluateStatement } from '../../service-reference/evaluate-statement';
import type { EngineResult, VerdictRow } from '../../verdict-row';
import { Evaluator } from './evaluator';
import { loadCommands, type RunbookCommand } from './command-schema';
import { prefixOf } from './expressions';
import { evaluateAlertPaths, type EvaluatedEdge } from './evaluate-alert-paths';
import { evaluateCommands } from './evaluate-commands';
import { evaluateEdge } from './evaluate-edge';
import { type Contracts, loadContracts } from './load';
import { Matcher } from './match';
import { ResourceIndex } from './resource-index';
import { CONTRACT_RULES } from './rules';
import { type NamedCommand, namedCommands } from './runbook-text';
import { citedContracts } from './describe';

/** One application with those that it leans on (`context`). */
interface Application {
  readonly id: string;
  readonly templates: readonly StackTemplate[];
}

/** The commands of the runbooks, as they are told and as they are entered. */
interface Commands {
  readonly entries: readonly RunbookCommand[];
  readonly named: readonly NamedCommand[];
}

let told: Commands | undefined;
/** Those of this checkout, read once. */
const toldCommands = (): Commands => (told ??= { entries: loadCommands(), named: namedCommands() });

/** What the contracts engine hands back. */
export interface ContractProof {
  readonly result: EngineResult;
  readonly narratives: readonly string[];
}

/** What was seen at the edges. */
interface Seen {
  readonly contracts: Set<string>;
  /** Actions that requests needed, by statement. */
  readonly statements: Map<string, Set<string>>;
  edges: number;
  requests: number;
  requestsForOthers: number;
}

const nothingSeen = (): Seen => ({
  contracts: new Set(),
  statements: new Map(),
  edges: 0,
  requests: 0,
  requestsForOthers: 0,
});

function add(to: Seen, { contracts, statements, edges, requests, requestsForOthers }: Seen): void {
  contracts.forEach((id) => to.contracts.add(id));
  for (const [origin, actions] of statements)
    to.statements.set(origin, new Set([...(to.statements.get(origin) ?? []), ...actions]));
  to.edges += edges;
  to.requests += requests;
  to.requestsForOthers += requestsForOthers;
}

/** An application with what was found in it; without the rest where it could not be read. */
interface EvaluatedApplication {
  readonly rows: readonly VerdictRow[];
  readonly seen: Seen;
  readonly read?: {
    readonly id: string;
    readonly inventory: PolicyInventory;
    readonly index: ResourceIndex;
    readonly set: TemplateSet;
  };
}

interface Kept {
  readonly templates: readonly unknown[];
  readonly evaluated: EvaluatedApplication;
}

/** By contracts and application, the first evaluation of templates that nobody can change any more. */
const kept = new WeakMap<Contracts, Map<string, Kept>>();

/** Of the same templates under the same contracts it is the same; the self-test changes one application at a time. */
function evaluateOnce(
  application: Application,
  contracts: Contracts,
  matcher: Matcher,
): EvaluatedApplication {
  const ofContracts = kept.get(contracts) ?? new Map<string, Kept>();
  kept.set(contracts, ofContracts);
  const templates = application.templates.map(({ template }) => template);
  const before = ofContracts.get(application.id);
  if (
    before?.templates.length === templates.length &&
    before.templates.every((each, at) => each === templates[at])
  )
    return before.evaluated;
  const evaluated = evaluateAfresh(application, contracts, matcher);
  if (!before && templates.every((template) => Object.isFrozen(template)))
    ofContracts.set(application.id, { templates, evaluated });
  return evaluated;
}

function evaluateAfresh(
  { id, templates }: Application,
  contracts: Contracts,
  matcher: Matcher,
): EvaluatedApplication {
  const rows = new ProofRows('service-contracts');
  const seen = nothingSeen();
  try {
    const set = new TemplateSet(templates);
    const inventory = readInventory(set);
    const index = new ResourceIndex(set);
    evaluateApplication(rows, set, inventory, index, contracts, matcher, seen);
    return { rows: rows.rows, seen, read: { id, inventory, index, set } };
  } catch (error) {
    if (!(error instanceof ModelError) && !(error instanceof PolicyError)) throw error;
    rows.add(CONTRACT_RULES.edgeKnown, { resource: id, resourceType: 'application' }, 'error', error.message);
    return { rows: rows.rows, seen };
  }
}

/**
 * Evaluates every edge of the templates by its contract: what AWS asks for there, from cited pages, put to the policies as
 * AWS would put it. Not authoritative: as right as the pages, and as the evaluator, which says what it does not know.
 * @param applications what is deployed and evaluated together.
 * @param stage whose evaluation it is; says which contracts must occur.
 */
export function proveContracts(
  applications: readonly Application[],
  stage: string,
  contracts: Contracts = loadContracts(),
  commands: Commands = toldCommands(),
): ContractProof {
  const rows = new ProofRows('service-contracts');
  const seen = nothingSeen();
  const matcher = new Matcher(contracts);
  const evaluated = applications.flatMap((application) => {
    const { rows: own, seen: here, read } = evaluateOnce(application, contracts, matcher);
    rows.rows.push(...own);
    add(seen, here);
    return read ? [read] : [];
  });
  for (const { inventory } of evaluated) evaluateServiceGrants(rows, inventory, seen);
  evaluateCommands(rows, commands.entries, commands.named, evaluated);
  evaluateUse(rows, contracts, stage, seen);
  const cited = citedContracts(contracts, seen.contracts);
  return {
    narratives: [
      `${seen.edges} edges between resources and AWS's services were found, each with a contract of its kind; ${seen.requests} requests that AWS makes there are allowed or reported, and ${seen.requestsForOthers} of them were made for another account as well.`,
    ],
    result: {
      engine: 'service-contracts',
      version: '1',
      rows: rows.rows,
      rulesRun: Object.values(CONTRACT_RULES).map(({ id }) => id),
      failures: [],
      notAssessed: [],
      cited,
    },
  };
}

function evaluateApplication(
  rows: ProofRows,
  set: TemplateSet,
  inventory: PolicyInventory,
  index: ResourceIndex,
  contracts: Contracts,
  matcher: Matcher,
  seen: Seen,
): void {
  const edges: EvaluatedEdge[] = [];
  for (const resource of set.resources()) {
    const found = resource.remember(contracts, () => evaluateResource(resource, inventory, index, matcher));
    rows.rows.push(...found.rows);
    add(seen, found.seen);
    edges.push(...found.edges);
  }
  evaluateAlertPaths(rows, set, index, edges);
  evaluateStatements(rows, set, inventory);
}

/** A resource's edges, each with what its contract's requests met; again only where something changed that was read. */
function evaluateResource(
  resource: Resource,
  inventory: PolicyInventory,
  index: ResourceIndex,
  matcher: Matcher,
): { readonly rows: readonly VerdictRow[]; readonly seen: Seen; readonly edges: readonly EvaluatedEdge[] } {
  const rows = new ProofRows('service-contracts');
  const seen = nothingSeen();
  const edges: EvaluatedEdge[] = [];
  rows.guarded(CONTRACT_RULES.edgeKnown, resource, () => {
    const evaluator = new Evaluator(
      inventory,
      accountPolicies(resource.stackName, resource.account, resource.region),
    );
    const { contracted, unknown } = matcher.at(resource, index);
    if (unknown.length > 0 || contracted.length > 0)
      rows.evaluate(
        CONTRACT_RULES.edgeKnown,
        resource,
        [...new Set(unknown)],
        `${contracted.length} edges, each with its contract`,
      );
    for (const { edge, contract } of contracted) {
      const { refused, openToOthers, asked, askedForOthers } = evaluateEdge(
        { edge, contract },
        evaluator,
        index,
      );
      const { source, target, to, value } = edge;
      edges.push({ source: source.path, target: target?.path, to, value, refused });
      seen.contracts.add(contract.id);
      seen.edges += 1;
      seen.requests += asked;
      seen.requestsForOthers += askedForOthers;
      const of = (problems: readonly string[]) => problems.map((problem) => `${contract.id}: ${problem}`);
      rows.evaluate(
        CONTRACT_RULES.requestsAllowed,
        resource,
        of(refused),
        `${contract.title}: ${asked} requests allowed`,
      );
      if (askedForOthers > 0)
        rows.evaluate(
          CONTRACT_RULES.othersRefused,
          resource,
          of(openToOthers),
          `${contract.title}: refused for others`,
        );
    }
    for (const [origin, actions] of evaluator.used) {
      const before = seen.statements.get(origin) ?? new Set();
      seen.statements.set(origin, new Set([...before, ...actions]));
    }
  });
  return { rows: rows.rows, seen, edges };
}

/** Every statement of the templates and of CloudFormation's role, by the Service Authorization Reference. */
function evaluateStatements(rows: ProofRows, set: TemplateSet, inventory: PolicyInventory): void {
  const holders = [
    ...inventory.roles.map(({ resource, identity, trust }) => ({
      resource,
      statements: [...identity, ...trust],
    })),
    ...inventory.resourcePolicies,
  ];
  for (const { resource, statements } of holders) {
    const problems = statements.flatMap(evaluateStatement);
    rows.evaluate(CONTRACT_RULES.policyEffective, resource, problems, 'every statement can match a request');
  }
  const [first] = set.resources();
  if (!first) return;
  const prefix = prefixOf(first);
  const around = accountPolicies(first.stackName, first.account, first.region);
  const outside: readonly (readonly [
    name: string,
    statements: readonly Parameters<typeof evaluateStatement>[0][],
  ])[] = [
    ['permissions boundary', inventory.roles[0]?.boundary ?? []],
    ['endpoint policies', [...inventory.endpoints.values()].flatMap(({ statements }) => statements)],
    ['policies/bootstrap', around.deployer.identity],
    ['policies/organization', [...around.serviceControl, ...around.resourceControl]],
  ];
  for (const [name, statements] of outside) {
    if (statements.length === 0) continue;
    const subject = { resource: `${name} of ${prefix}`, resourceType: 'policy' };
    const problems = statements.flatMap(evaluateStatement);
    rows.evaluate(CONTRACT_RULES.policyEffective, subject, problems, 'every statement can match a request');
  }
}

function evaluateServiceGrants(
  rows: ProofRows,
  { roles, resourcePolicies }: PolicyInventory,
  seen: Seen,
): void {
  const holders = [
    ...resourcePolicies,
    ...roles.map(({ resource, trust }) => ({ resource, statements: trust })),
  ];
  for (const { resource, statements } of holders) {
    const grants = statements.filter((statement) => principalsOf(statement).length > 0);
    if (grants.length === 0) continue;
    const idle = grants.flatMap((statement) => {
      const needed = [...(seen.statements.get(statement.origin) ?? [])];
      return statement.actions.items
        .filter((pattern) => !needed.some((action) => globMatches(pattern, action, true)))
        .map(
          (pattern) =>
            `${statement.sid} lets ${principalsOf(statement).join(', ')} in for ${pattern}, and no contract's request needs it`,
        );
    });
    rows.evaluate(
      CONTRACT_RULES.grantsNeeded,
      resource,
      idle,
      `${grants.length} statements let services in, each for a contract`,
    );
  }
}

function evaluateUse(rows: ProofRows, { contracts }: Contracts, stage: string, seen: Seen): void {
  for (const { id, evaluatedWith } of contracts) {
    const subject = { resource: id, resourceType: 'contract' };
    const used = seen.contracts.has(id);
    const expected = evaluatedWith === undefined || evaluatedWith.some((name) => name === stage);
    const problems =
      used === expected
        ? []
        : [
            used
              ? `it is said not to occur with stage ${stage}, and does`
              : `no edge of stage ${stage} is of this kind`,
          ];
    rows.evaluate(
      CONTRACT_RULES.contractUsed,
      subject,
      problems,
      used ? 'edges of this kind were evaluated' : 'not of this stage',
    );
  }
}
