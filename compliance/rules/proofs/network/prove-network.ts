import type { AwsCall } from '../../../../lambda/aws-calls';
import type { EngineResult } from '../../../verdict-row';
import { declaredCallsOf, functionIdOf } from '../function-names';
import type { StackTemplate } from '../model/template';
import { TemplateSet } from '../model/template-set';
import { ProofRows } from '../proof-rows';
import type { ReviewedResult } from '../reviewed-file';
import type { DeclaredCalls } from './called-services';
import { evaluateEndpoints, evaluateGroups, evaluateNames } from './evaluate-building-blocks';
import { evaluateFunctions } from './evaluate-functions';
import { evaluateTypes } from './evaluate-types';
import { readNetworkModel } from './network-model';
import { drawNetwork } from './picture';
import { Reachability, type Reach } from './reachability';
import { NETWORK_RULES } from './rules';
import { summarise } from './summary';

const NETWORK_REVIEW_FILE = 'compliance/rules/proofs/network.json';

/** What the network proof hands back. */
export interface NetworkProof {
  readonly result: EngineResult;
  /** One paragraph per function, for the report. */
  readonly narratives: readonly string[];
  /** A Mermaid flowchart. */
  readonly picture: string;
  /** Absent when the model could not be read. */
  readonly reviewed?: ReviewedResult;
}

const MODEL = { resource: 'network model', resourceType: 'path' };

/**
 * Proves from the synthesized templates alone what every function can reach. Not authoritative: it models what AWS
 * documents of routes, network ACLs, security groups, endpoints and the resolver firewall, and takes everything that it
 * does not know for a finding.
 * @param templates every stack of one application, and of those that it leans on.
 */
export function proveNetwork(
  templates: readonly StackTemplate[],
  calls: DeclaredCalls = declaredCallsOf(templates),
): NetworkProof {
  const set = new TemplateSet(templates);
  const rows = new ProofRows('proof-network');
  let proof: Omit<NetworkProof, 'result'> = { narratives: [], picture: '' };
  evaluateTypes(rows, set);
  rows.guarded(NETWORK_RULES.modelled, MODEL, () => {
    const model = readNetworkModel(set);
    const reach = new Map<string, readonly Reach[]>(
      model.functions.map((fn) => [fn.path, new Reachability(model, 'possible').of(fn)]),
    );
    const narratives = evaluateFunctions(rows, model, reach, calls);
    evaluateEndpoints(rows, model, calledBy(model.functions, calls));
    evaluateGroups(rows, model);
    evaluateNames(rows, model);
    proof = { narratives, picture: drawNetwork(model, reach) };
    // Of what has neither functions nor a network there is nothing to review.
    if (model.functions.length + model.vpcs.size === 0) return;
    const reviewed = { title: 'Network', file: NETWORK_REVIEW_FILE, content: summarise(model, reach) };
    rows.review(NETWORK_RULES.reviewed, reviewed);
    proof = { ...proof, reviewed };
  });
  return {
    ...proof,
    result: {
      engine: 'proof-network',
      version: '1',
      rows: rows.rows,
      rulesRun: Object.values(NETWORK_RULES).map((rule) => rule.id),
      failures: [],
      notAssessed: [],
    },
  };
}

const calledBy = (functions: readonly { name: string }[], calls: DeclaredCalls): readonly AwsCall[] =>
  functions.flatMap((fn) => {
    const id = functionIdOf(fn.name);
    return id === undefined ? [] : (calls[id] ?? []);
  });
