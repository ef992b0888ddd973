import { ModelError } from '../model/errors';
import type { Resource } from '../model/resource';
import type { TemplateSet } from '../model/template-set';
import { type AddressBlock, contains, overlaps, parseBlock } from './addresses';
import { Traffic } from './traffic';
import { isTrue } from './is-true';

interface Entry {
  readonly number: number;
  readonly allow: boolean;
  readonly block: AddressBlock;
  readonly traffic: Traffic;
}

export interface NetworkAcl {
  readonly path: string;
  readonly ingress: readonly Entry[];
  readonly egress: readonly Entry[];
}

/**
 * - `possible`: what some address of the block may do; used to prove that a thing can NOT be reached.
 * - `certain`: what every address of the block may do; used to prove that a needed thing CAN be reached.
 */
export type Certainty = 'possible' | 'certain';

/** An entry is about IPv4 or about IPv6; one that says both is about both. */
function entryBlocks(entry: Resource): AddressBlock[] {
  const named = ['CidrBlock', 'Ipv6CidrBlock'].filter((name) => entry.has(name));
  if (named.length === 0) throw new ModelError('malformed-value', entry.path, 'an entry without addresses');
  return named.map((name) => parseBlock(entry.text(name), entry.path));
}

/**
 * What AWS puts into a VPC's own list: it lets everything through, unless an entry with a lower number decides before.
 * https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html
 */
const DEFAULT_ENTRIES: readonly Entry[] = [
  { number: 100, block: '0.0.0.0/0' },
  { number: 101, block: '::/0' },
].map(({ number, block }) => ({
  number,
  allow: true,
  block: parseBlock(block, 'default network ACL'),
  traffic: Traffic.all,
}));

/** Network ACLs of the templates, the VPCs' own among them, with their entries in evaluation order. */
export function readNetworkAcls(set: TemplateSet): Map<string, NetworkAcl> {
  const entries = set.resources('AWS::EC2::NetworkAclEntry').flatMap((entry) => {
    const range = (entry.property('PortRange') ?? {}) as { From?: unknown; To?: unknown };
    const common = {
      acl: entry.text('NetworkAclId'),
      outbound: isTrue(entry.property('Egress')),
      number: Number(entry.property('RuleNumber')),
      allow: entry.text('RuleAction') === 'allow',
      traffic: Traffic.ofRule(entry.property('Protocol'), range.From, range.To, entry.path),
    };
    return entryBlocks(entry).map((block) => ({ ...common, block }));
  });
  const ordered = (acl: string, outbound: boolean): Entry[] =>
    entries
      .filter((entry) => entry.acl === acl && entry.outbound === outbound)
      .sort((a, b) => a.number - b.number);
  const read = (acl: string, defaults: readonly Entry[]): [string, NetworkAcl] => {
    const whole = (outbound: boolean): Entry[] =>
      [...ordered(acl, outbound), ...defaults].sort((a, b) => a.number - b.number);
    return [acl, { path: acl, ingress: whole(false), egress: whole(true) }];
  };
  return new Map([
    ...set.resources('AWS::EC2::NetworkAcl').map(({ path }) => read(path, [])),
    ...set.resources('AWS::EC2::VPC').map(({ path }) => read(`${path}/default-network-acl`, DEFAULT_ENTRIES)),
  ]);
}

/**
 * What a list lets through to or from a block of addresses: the first entry that matches a packet decides, and what no
 * entry matches is denied. https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html
 */
export function permitted(entries: readonly Entry[], peer: AddressBlock, certainty: Certainty): Traffic {
  let allowed = Traffic.none;
  let decided = Traffic.none;
  for (const entry of entries) {
    const some = overlaps(entry.block, peer);
    const every = contains(entry.block, peer);
    const applies = (certainty === 'possible') === entry.allow ? some : every;
    if (!applies) continue;
    const fresh = entry.traffic.minus(decided);
    if (entry.allow) allowed = allowed.union(fresh);
    // An entry that matches only part of the block settles nothing for the rest of it, unless it is the cautious reading.
    if (every || (!entry.allow && certainty === 'certain')) decided = decided.union(entry.traffic);
  }
  return allowed;
}

const EPHEMERAL = { from: 1024, to: 65_535 };

/**
 * Lists keep no state: an answer must be let through by itself, to the ephemeral ports that Lambda's clients use.
 * `possible` asks for any of those ports, `certain` for all of them.
 * https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports
 * @returns the protocols for which answers come back, as traffic on all ports.
 */
export function withReturnPath(forward: Traffic, back: Traffic, certainty: Certainty): Traffic {
  return forward.onlyProtocols((protocol) => {
    const ephemeral =
      protocol === 'tcp' || protocol === 'udp'
        ? Traffic.of(protocol, EPHEMERAL.from, EPHEMERAL.to)
        : Traffic.of(protocol);
    return certainty === 'possible' ? !back.intersect(ephemeral).isEmpty : back.includes(ephemeral);
  });
}
