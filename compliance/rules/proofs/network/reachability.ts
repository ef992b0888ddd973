import { type AddressBlock, contains, overlaps, parseBlock } from './addresses';
import type { Endpoint } from './endpoints';
import { type Certainty, permitted, withReturnPath } from './network-acls';
import { lookUp, NETWORK, type NetworkFunction, type NetworkModel } from './network-model';
import type { GroupRule, SecurityGroup } from './security-groups';
import { Traffic } from './traffic';
import { ANY_OF_FAMILY, type Route, type Subnet } from './vpc';

/** Something a function can send packets to. */
export interface Reach {
  /** `s3`, `rekognition` … for endpoints; `vpc`, `group`, or what lies beyond a route. */
  readonly destination: string;
  readonly kind: 'Gateway' | 'Interface' | 'vpc' | 'group' | 'beyond' | 'everything';
  readonly traffic: Traffic;
  /** Paths of the resources that make it so: endpoint, security-group rules, routes. */
  readonly through: readonly string[];
  /** Of what lies beyond a route: its addresses. */
  readonly block?: AddressBlock;
}

interface Grant {
  readonly traffic: Traffic;
  readonly through: readonly string[];
}
const nothing: Grant = { traffic: Traffic.none, through: [] };
const IPV4_ANYWHERE = parseBlock('0.0.0.0/0', 'the model');

const grantOf = (rules: readonly GroupRule[], matches: (rule: GroupRule) => boolean): Grant =>
  rules.filter(matches).reduce<Grant>(
    (grant, rule) => ({
      traffic: grant.traffic.union(rule.traffic),
      through: [...grant.through, rule.origin],
    }),
    nothing,
  );

const both = (a: Grant, b: Grant): Grant => ({
  traffic: a.traffic.intersect(b.traffic),
  through: [...a.through, ...b.through],
});

const narrowed = (grant: Grant, traffic: Traffic): Grant => ({
  traffic: grant.traffic.intersect(traffic),
  through: grant.through,
});

/** What the network ACLs let pass between two subnets of a model. */
const betweenSubnets = new WeakMap<NetworkModel, Map<string, Traffic>>();

/**
 * Where one function's packets can go. `possible` over-estimates (what cannot be excluded counts as reachable), `certain`
 * under-estimates (what is not sure counts as unreachable): the first proves isolation, the second that the code works.
 *
 * Lambda's network interfaces have no public address, so an internet gateway is of no use to a function by itself
 * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html); it counts as soon as the templates hold
 * an Elastic IP that somebody could attach.
 */
export class Reachability {
  private readonly known: Map<string, Traffic>;

  constructor(
    private readonly model: NetworkModel,
    private readonly certainty: Certainty,
  ) {
    this.known = betweenSubnets.get(model) ?? new Map<string, Traffic>();
    betweenSubnets.set(model, this.known);
  }

  /** Found again only where the network is another one, or the function stands elsewhere in it. */
  of(fn: NetworkFunction): readonly Reach[] {
    const { set } = this.model;
    const paths = (all: readonly { readonly path: string }[]): string => all.map(({ path }) => path).join();
    const about = [fn.path, paths(fn.subnets), paths(fn.groups), fn.ipv6, this.certainty].join(' ');
    return set.remember(Reachability, about, () => {
      set.read(NETWORK);
      return this.find(fn);
    });
  }

  private find(fn: NetworkFunction): readonly Reach[] {
    if (fn.subnets.length === 0) {
      return [
        {
          destination: 'the internet and every AWS endpoint (outside the VPC)',
          kind: 'everything',
          traffic: Traffic.all,
          through: [fn.path],
        },
      ];
    }
    const endpoints = [...this.model.endpoints.values()].map((endpoint) =>
      this.reach(endpoint.service, endpoint.kind, this.toEndpoint(fn, endpoint), [endpoint.path]),
    );
    return [...endpoints, ...this.toNeighbours(fn), ...this.beyond(fn)].filter(
      (reach) => !reach.traffic.isEmpty,
    );
  }

  private reach(destination: string, kind: Reach['kind'], grant: Grant, by: readonly string[]): Reach {
    return { destination, kind, traffic: grant.traffic, through: [...new Set([...by, ...grant.through])] };
  }

  private blockMatches(rule: AddressBlock, peer: AddressBlock): boolean {
    return this.certainty === 'possible' ? overlaps(rule, peer) : contains(rule, peer);
  }

  private toEndpoint(fn: NetworkFunction, endpoint: Endpoint): Grant {
    const perSubnet = fn.subnets.map((subnet) =>
      endpoint.kind === 'Gateway'
        ? this.toGateway(fn, subnet, endpoint)
        : this.toInterface(fn, subnet, endpoint),
    );
    return this.combined(perSubnet);
  }

  /** Any of the ways when asking what is possible; only what all of them offer when asking what is certain. */
  private combined(grants: readonly Grant[]): Grant {
    const [first, ...rest] = grants;
    if (!first) return nothing;
    return rest.reduce<Grant>(
      (sum, grant) => ({
        traffic:
          this.certainty === 'possible'
            ? sum.traffic.union(grant.traffic)
            : sum.traffic.intersect(grant.traffic),
        through: grant.traffic.isEmpty ? sum.through : [...sum.through, ...grant.through],
      }),
      first,
    );
  }

  private toInterface(fn: NetworkFunction, from: Subnet, endpoint: Endpoint): Grant {
    if (endpoint.vpc !== from.vpc) return nothing;
    const ids = endpoint.groups.length > 0 ? endpoint.groups : [`${endpoint.vpc}/default-security-group`];
    const groups = ids.map((id) => lookUp(this.model.groups, id, endpoint.path));
    return this.combined(
      endpoint.subnets.map((id) => {
        const to = lookUp(this.model.subnets, id, endpoint.path);
        const out = this.outOf(fn, groups, to);
        const into = grantOf(
          groups.flatMap((group) => group.ingress),
          ({ peer }) =>
            (peer.kind === 'group' && fn.groups.some((group) => group.path === peer.group)) ||
            (peer.kind === 'block' &&
              this.usable(fn, from).some((block) => this.blockMatches(peer.block, block))),
        );
        const grant = both(out, into);
        return narrowed(grant, this.betweenSubnets(from, to));
      }),
    );
  }

  /** IPv4, and IPv6 only where the function is allowed to use it. */
  private usable(fn: NetworkFunction, subnet: Subnet): AddressBlock[] {
    return subnet.blocks.filter((block) => block.family === 4 || fn.ipv6);
  }

  private outOf(fn: NetworkFunction, targets: readonly SecurityGroup[], to: Subnet): Grant {
    return grantOf(
      fn.groups.flatMap((group) => group.egress),
      ({ peer }) =>
        (peer.kind === 'group' && targets.some((group) => group.path === peer.group)) ||
        (peer.kind === 'block' && this.usable(fn, to).some((block) => this.blockMatches(peer.block, block))),
    );
  }

  /** Functions share their subnets, so the same two are asked about for each of them. */
  private betweenSubnets(from: Subnet, to: Subnet): Traffic {
    const key = `${this.certainty} ${from.path} ${to.path}`;
    const known = this.known.get(key) ?? this.passing(from, to);
    this.known.set(key, known);
    return known;
  }

  private passing(from: Subnet, to: Subnet): Traffic {
    if (from.path === to.path) return Traffic.all;
    const [source, target] = [from.blocks[0], to.blocks[0]];
    if (!source || !target) return Traffic.none;
    const there = this.through(from, 'egress', target).intersect(this.through(to, 'ingress', source));
    const back = this.through(to, 'egress', source).intersect(this.through(from, 'ingress', target));
    return withReturnPath(there, back, this.certainty);
  }

  private through(subnet: Subnet, direction: 'ingress' | 'egress', peer: AddressBlock): Traffic {
    const acl = lookUp(this.model.networkAcls, subnet.networkAcl, subnet.path);
    return permitted(acl[direction], peer, this.certainty);
  }

  private toGateway(fn: NetworkFunction, from: Subnet, endpoint: Endpoint): Grant {
    if (from.routeTable === undefined || !endpoint.routeTables.includes(from.routeTable)) return nothing;
    return narrowed(this.outTo(fn, IPV4_ANYWHERE, endpoint.service), this.outside(from, IPV4_ANYWHERE));
  }

  /** What the network ACL lets out to addresses beyond the VPC and back. */
  private outside(from: Subnet, block: AddressBlock): Traffic {
    return withReturnPath(
      this.through(from, 'egress', block),
      this.through(from, 'ingress', block),
      this.certainty,
    );
  }

  /** Security-group egress to a block beyond the VPC; a service's prefix list stands for addresses of it. */
  private outTo(fn: NetworkFunction, block: AddressBlock, service?: string): Grant {
    return grantOf(
      fn.groups.flatMap((group) => group.egress),
      ({ peer }) =>
        (peer.kind === 'service' &&
          (service === undefined ? block.family === 4 : peer.service === service)) ||
        (peer.kind === 'block' && !this.isLocal(fn, peer.block) && this.blockMatches(peer.block, block)),
    );
  }

  private isLocal(fn: NetworkFunction, block: AddressBlock): boolean {
    return this.vpcBlocks(fn).some((own) => !ANY_OF_FAMILY.has(own.text) && contains(own, block));
  }

  private vpcBlocks(fn: NetworkFunction): readonly AddressBlock[] {
    return fn.subnets
      .flatMap((subnet) => lookUp(this.model.vpcs, subnet.vpc, subnet.path).blocks)
      .filter((block) => block.family === 4 || fn.ipv6);
  }

  /** Addresses of the VPC that are no endpoint's, and members of other groups. */
  private toNeighbours(fn: NetworkFunction): Reach[] {
    const egress = fn.groups.flatMap((group) => group.egress);
    const blocks = this.vpcBlocks(fn);
    const addresses = grantOf(
      egress,
      ({ peer }) => peer.kind === 'block' && blocks.some((block) => this.blockMatches(peer.block, block)),
    );
    const ofEndpoints = new Set([...this.model.endpoints.values()].flatMap((endpoint) => endpoint.groups));
    const groups = [...this.model.groups.values()]
      .filter((group) => !ofEndpoints.has(group.path))
      .map((group) => {
        const out = grantOf(egress, ({ peer }) => peer.kind === 'group' && peer.group === group.path);
        const into = grantOf(
          group.ingress,
          ({ peer }) =>
            (peer.kind === 'group' && fn.groups.some((own) => own.path === peer.group)) ||
            (peer.kind === 'block' && blocks.some((block) => this.blockMatches(peer.block, block))),
        );
        return this.reach(`members of ${group.path}`, 'group', both(out, into), []);
      });
    return [this.reach('other addresses of the VPC', 'vpc', addresses, []), ...groups];
  }

  private beyond(fn: NetworkFunction): Reach[] {
    return fn.subnets.flatMap((subnet) =>
      subnet.routes.flatMap((route) =>
        route.destinations.map((block) => {
          const usable = this.routeUsable(fn, subnet, route, block);
          const grant = usable ? narrowed(this.outTo(fn, block), this.outside(subnet, block)) : nothing;
          const by = [route.path, route.target];
          return { ...this.reach(`${block.text} through ${route.targetKind}`, 'beyond', grant, by), block };
        }),
      ),
    );
  }

  private routeUsable(fn: NetworkFunction, subnet: Subnet, route: Route, block: AddressBlock): boolean {
    if (block.family === 6) return fn.ipv6 && subnet.blocks.some((own) => own.family === 6);
    if (route.targetKind !== 'AWS::EC2::InternetGateway') return true;
    return this.model.set.resources('AWS::EC2::EIP', 'AWS::EC2::EIPAssociation').length > 0;
  }
}
