import type { AwsCall } from '../../../../lambda/aws-calls';
import { ModelError } from '../model/errors';
import type { Resource } from '../model/resource';
import type { ProofRows } from '../proof-rows';
import { calledServices } from './called-services';
import { otherResolvers, resolvableNames } from './dns-firewall';
import type { Endpoint } from './endpoints';
import { lookUp, type NetworkModel } from './network-model';
import { NETWORK_RULES } from './rules';
import type { GroupRule } from './security-groups';
import { isTrue } from './is-true';
import { HTTPS } from './traffic';

const resourceOf = (model: NetworkModel, path: string): Resource => {
  const resource = model.set.at(path);
  if (!resource) throw new ModelError('unresolved-reference', path, 'it is not in the templates');
  return resource;
};

/**
 * An endpoint's private names work where the VPC's own resolver answers with them.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/interface-endpoints.html#enable-private-dns-names
 */
const dnsOff = (vpc: Resource): string[] => [
  ...(vpc.has('EnableDnsSupport') && !isTrue(vpc.property('EnableDnsSupport'))
    ? ['the VPC has no DNS: the service name resolves to nothing']
    : []),
  ...(isTrue(vpc.property('EnableDnsHostnames')) ? [] : ['the VPC gives no names: private DNS needs them']),
];

function endpointProblems(model: NetworkModel, endpoint: Endpoint): string[] {
  const problems =
    endpoint.policy === undefined ? ['it has no policy: everybody may do everything through it'] : [];
  // The service is its whole name unless it is AWS's in this region; `vpce` is where other accounts offer theirs.
  if (endpoint.service === endpoint.serviceName || endpoint.service.startsWith('vpce')) {
    problems.push(`${endpoint.serviceName} is not a service of AWS in this region`);
  }
  const functionSubnets = model.functions.flatMap((fn) => fn.subnets).filter((s) => s.vpc === endpoint.vpc);
  if (endpoint.kind === 'Gateway') {
    const bare = functionSubnets.filter(
      (s) => s.routeTable === undefined || !endpoint.routeTables.includes(s.routeTable),
    );
    return [
      ...problems,
      ...[...new Set(bare)].map((s) => `the route table of ${s.path} does not lead to it`),
    ];
  }
  const subnets = endpoint.subnets.map((id) => lookUp(model.subnets, id, endpoint.path));
  const zones = new Set(subnets.map((subnet) => subnet.zone));
  const uncovered = new Set(functionSubnets.map((subnet) => subnet.zone).filter((zone) => !zones.has(zone)));
  return [
    ...problems,
    ...(endpoint.privateDns ? [] : ['private DNS is off: the service name leads out of the VPC']),
    ...dnsOff(resourceOf(model, endpoint.vpc)),
    ...subnets
      .filter((s) => s.vpc !== endpoint.vpc)
      .map((s) => `it stands in ${s.path}, a subnet of another VPC`),
    ...[...uncovered].map((zone) => `it has no network interface in ${zone}, where functions run`),
    ...(endpoint.groups.length > 0 ? [] : ['it has no security group of its own']),
  ];
}

/** Each endpoint: is it sound, and does any code need it? */
export function evaluateEndpoints(rows: ProofRows, model: NetworkModel, calls: readonly AwsCall[]): void {
  const called = calledServices(calls);
  for (const endpoint of model.endpoints.values()) {
    const resource = resourceOf(model, endpoint.path);
    rows.evaluate(
      NETWORK_RULES.endpointSound,
      resource,
      endpointProblems(model, endpoint),
      `${endpoint.kind.toLowerCase()} endpoint of ${endpoint.service}, with a policy, reachable from every zone`,
    );
    rows.evaluate(
      NETWORK_RULES.endpointNeeded,
      resource,
      called.includes(endpoint.service) ? [] : [`no function's code calls ${endpoint.service}`],
      `called by the code: ${endpoint.service}`,
    );
  }
}

/** Each security group: no rule of it names addresses. */
export function evaluateGroups(rows: ProofRows, model: NetworkModel): void {
  const open = (direction: string, list: readonly GroupRule[]) =>
    list.flatMap(({ peer, traffic, origin }) => {
      const what = `${direction} ${traffic.describe().join(', ')}`;
      if (peer.kind === 'block') return [`${what} with ${peer.block.text} (${origin})`];
      if (peer.kind === 'group' && !model.groups.has(peer.group))
        return [`${what} with ${peer.group}, a group that is not in the templates (${origin})`];
      return HTTPS.includes(traffic) ? [] : [`${what}, more than HTTPS (${origin})`];
    });
  for (const group of model.groups.values()) {
    // CloudFormation cannot close the default group: nothing may use it, which network-function-in-vpc evaluates.
    if (group.path.endsWith('/default-security-group')) continue;
    const problems = [...open('ingress', group.ingress), ...open('egress', group.egress)];
    rows.evaluate(
      NETWORK_RULES.groupClosed,
      resourceOf(model, group.path),
      problems,
      'only groups and services are named, on TCP 443',
    );
  }
}

const region = (path: string, model: NetworkModel): string => resourceOf(model, path).region;

/** Each VPC: its resolver answers for its endpoints' names only. */
export function evaluateNames(rows: ProofRows, model: NetworkModel): void {
  for (const vpc of model.vpcs.keys()) {
    const { closed, names } = resolvableNames(model.set, vpc);
    const hosts = [...model.endpoints.values()]
      .filter((endpoint) => endpoint.vpc === vpc)
      .map((endpoint) => `${endpoint.service}.${region(vpc, model)}.amazonaws.com`);
    const isOurs = (name: string): boolean => {
      const plain = name.replace(/^\*\./, '');
      return hosts.some((host) => plain === host || plain.endsWith(`.${host}`));
    };
    const problems = [
      ...(closed ? [] : ['names that no rule lists are resolved: DNS is a way out']),
      ...otherResolvers(model.set, vpc).map((what) => `${what}: the firewall does not see what it is asked`),
      ...names.filter((name) => !isOurs(name)).map((name) => `${name} resolves and is no endpoint of ours`),
      ...hosts.filter((host) => !names.includes(host)).map((host) => `${host} does not resolve`),
    ];
    rows.evaluate(
      NETWORK_RULES.namesClosed,
      resourceOf(model, vpc),
      problems,
      `only ${names.join(', ')} resolve`,
    );
  }
}
