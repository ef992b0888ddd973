import { isInternet } from '../exposure/network-settings';
import { functionIdOf } from '../function-names';
import type { ProofRows } from '../proof-rows';
import { calledServices, type DeclaredCalls } from './called-services';
import type { NetworkFunction, NetworkModel } from './network-model';
import { type Reach, Reachability } from './reachability';
import { NETWORK_RULES } from './rules';
import { HTTPS } from './traffic';

export const describe = (reach: Reach): string =>
  `${reach.destination} on ${reach.traffic.describe().join(', ')} through ${reach.through.join(', ')}`;

/** What a function reaches beyond the endpoints of the services that it calls, on HTTPS. */
export function excess(reach: readonly Reach[], services: readonly string[]): string[] {
  return reach
    .filter(
      (item) =>
        !(
          (item.kind === 'Gateway' || item.kind === 'Interface') &&
          services.includes(item.destination) &&
          HTTPS.includes(item.traffic)
        ),
    )
    .map((item) => `it can reach ${describe(item)}`);
}

export function missing(model: NetworkModel, fn: NetworkFunction, services: readonly string[]): string[] {
  const certain = new Reachability(model, 'certain').of(fn);
  return services
    .filter(
      (service) => !certain.some((item) => item.destination === service && item.traffic.includes(HTTPS)),
    )
    .map((service) => `its code calls ${service}, which it cannot surely reach on tcp 443`);
}

/** What a function reaches of the internet besides HTTPS. */
export const looseEgress = (reach: readonly Reach[]): string[] =>
  reach
    .filter(({ block, traffic }) => block !== undefined && isInternet(block.text) && !HTTPS.includes(traffic))
    .map((item) => `it can reach ${describe(item)}`);

function narrate(name: string, reach: readonly Reach[]): string {
  if (reach.length === 0)
    return `${name} can reach nothing over the network; only the VPC's resolver answers it.`;
  const list = reach.map((item) => `${item.destination} (${item.kind.toLowerCase()} endpoint)`).join(', ');
  return `${name} can reach exactly ${list} on TCP 443, and nothing else: no route leaves the VPC, and its security group names no other destination.`;
}

/**
 * Evaluates each function's reach against its declared calls.
 * @returns a narrative for each function that passed.
 */
export function evaluateFunctions(
  rows: ProofRows,
  model: NetworkModel,
  reach: ReadonlyMap<string, readonly Reach[]>,
  calls: DeclaredCalls,
): string[] {
  const narratives: string[] = [];
  for (const fn of model.functions) {
    const found = reach.get(fn.path) ?? [];
    const id = functionIdOf(fn.name);
    const declared = id === undefined ? undefined : calls[id];
    rows.evaluate(
      NETWORK_RULES.inVpc,
      fn.resource,
      [
        ...(fn.subnets.length === 0
          ? [`${fn.name} runs outside the VPC and can reach the whole internet`]
          : []),
        ...(fn.subnets.length > 0 && fn.groups.length === 0
          ? [`${fn.name} has no security group of its own`]
          : []),
        ...(fn.ipv6 ? [`${fn.name} may use IPv6, which nothing here needs`] : []),
        ...fn.groups
          .filter((group) => group.path.endsWith('/default-security-group'))
          .map((g) => `it uses ${g.path}`),
      ],
      'it runs in the isolated subnets with a security group of its own',
    );
    if (fn.subnets.length > 0)
      rows.evaluate(NETWORK_RULES.egressLimited, fn.resource, looseEgress(found), 'HTTPS at most');
    if (declared === undefined) {
      const message = `${fn.name} declares no calls in its definition; it reaches: ${found.map(describe).join('; ') || 'nothing'}`;
      rows.add(NETWORK_RULES.onlyDeclared, fn.resource, 'non-compliant', message);
      continue;
    }
    const services = calledServices(declared);
    const tooMuch = excess(found, services);
    const narrative = narrate(id ?? fn.name, found);
    rows.evaluate(NETWORK_RULES.onlyDeclared, fn.resource, tooMuch, narrative);
    const good =
      services.length === 0 ? 'its code calls no service' : `from every subnet: ${services.join(', ')}`;
    rows.evaluate(NETWORK_RULES.reachesNeeded, fn.resource, missing(model, fn, services), good);
    if (tooMuch.length === 0) narratives.push(narrative);
  }
  return narratives;
}
