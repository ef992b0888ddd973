import { ownerOf } from '../proofs/iam/situations';
import { FOREIGN_ACCOUNT } from '../proofs/iam/targets';
import type { Ask, AskingRole, Evaluator } from './evaluator';
import { EdgeValues } from './expressions';
import type { ContractedEdge } from './match';
import type { ResourceIndex } from './resource-index';
import type { ContractRequest } from './schema';

/** What a contract's requests met at one edge. */
export interface EdgeEvaluation {
  readonly refused: readonly string[];
  readonly openToOthers: readonly string[];
  readonly asked: number;
  readonly askedForOthers: number;
}

type Caller = Ask['caller'] | { readonly problem: string } | undefined;

function callerOf(request: ContractRequest, values: EdgeValues, evaluator: Evaluator): Caller {
  const { caller } = request;
  if ('service' in caller) {
    const service = values.fill(caller.service);
    return service === undefined ? undefined : { service };
  }
  if ('deployment' in caller) return { role: evaluator.deployer, via: caller.via };
  const arn = values.fill(caller.role);
  if (arn === undefined) return undefined;
  const role: AskingRole | undefined = evaluator.role(arn);
  return role
    ? { role, via: caller.via }
    : { problem: `${arn} is in no template: what it may do cannot be evaluated` };
}

/** @returns undefined when one of the values does not exist at this edge. */
function filled(
  keys: Readonly<Record<string, string>>,
  values: EdgeValues,
): Record<string, string> | undefined {
  const pairs = Object.entries(keys).map(([key, text]) => [key, values.fill(text)] as const);
  return pairs.some(([, value]) => value === undefined)
    ? undefined
    : Object.fromEntries(pairs.map(([key, value]) => [key, value ?? '']));
}

const nameOf = (caller: Ask['caller']): string =>
  'service' in caller
    ? caller.service
    : `${caller.role.arn.split('/').at(-1) ?? ''}${caller.via === undefined ? '' : ` through ${caller.via}`}`;

/** Region in an ARN; none in those of S3 and of IAM. */
const regionOf = (arn: string): string | undefined => {
  const region = arn.split(':')[3];
  return region === '' ? undefined : region;
};

/** Puts a contract's requests to the policies, as AWS would make them at this edge. */
export function evaluateEdge(
  { edge, contract }: ContractedEdge,
  evaluator: Evaluator,
  index: ResourceIndex,
): EdgeEvaluation {
  const values = new EdgeValues(edge, index);
  const refused: string[] = [];
  const openToOthers: string[] = [];
  let [asked, askedForOthers] = [0, 0];
  for (const request of contract.requests) {
    const caller = callerOf(request, values, evaluator);
    const sends = filled(request.sends, values);
    const doubtful = filled(request.mayOrMayNotSend, values);
    if (caller === undefined || sends === undefined || doubtful === undefined) continue;
    if ('problem' in caller) {
      refused.push(caller.problem);
      continue;
    }
    const hasDoubt = Object.keys(doubtful).length > 0;
    for (const resource of request.on.flatMap((text) => index.every(text) ?? [values.fill(text)])) {
      if (resource === undefined) continue;
      for (const action of request.actions) {
        const ask = (keys: Record<string, string>): Ask => ({
          caller,
          action,
          resource,
          resourceAccount: ownerOf(resource, edge.source.account, FOREIGN_ACCOUNT),
          region: regionOf(resource) ?? edge.source.region,
          sends: keys,
        });
        const forms = hasDoubt ? [sends, { ...sends, ...doubtful }] : [sends];
        asked += 1;
        for (const form of forms) {
          const verdict = evaluator.decide(ask(form));
          if (verdict.decision === 'allow') continue;
          const inDoubt = hasDoubt
            ? form === sends
              ? `, should ${Object.keys(doubtful).join(' and ')} not come`
              : `, should ${Object.keys(doubtful).join(' and ')} come`
            : '';
          refused.push(
            `${nameOf(caller)} needs ${action} on ${resource} to ${request.for}${inDoubt}: ${evaluator.whyNot(ask(form), verdict)}`,
          );
          break;
        }
        if (request.forOthers !== 'refused' && request.forOthers !== 'refused if told') continue;
        askedForOthers += 1;
        const told = ask(request.forOthers === 'refused' ? sends : { ...sends, ...doubtful });
        const verdict = evaluator.decideForOthers(told);
        if (verdict.decision === 'allow')
          openToOthers.push(
            `${nameOf(caller)} may ${action} on ${resource} for another account by ${verdict.by.join(', ')}`,
          );
      }
    }
  }
  return { refused, openToOthers, asked, askedForOthers };
}
