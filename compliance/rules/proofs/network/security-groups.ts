import { ModelError } from '../model/errors';
import type { Resource } from '../model/resource';
import type { TemplateSet } from '../model/template-set';
import { type AddressBlock, parseBlock } from './addresses';
import { serviceOfPrefixList } from './managed-prefix-lists';
import { Traffic } from './traffic';

/** The other side of a security-group rule. */
export type Peer =
  | { readonly kind: 'block'; readonly block: AddressBlock }
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'service'; readonly service: string };

export interface GroupRule {
  readonly peer: Peer;
  readonly traffic: Traffic;
  /** `STACK/LOGICAL-ID` of the resource that holds the rule, and which of its rules it is. */
  readonly origin: string;
}

export interface SecurityGroup {
  readonly path: string;
  readonly vpc: string;
  readonly ingress: readonly GroupRule[];
  readonly egress: readonly GroupRule[];
}

type RuleBody = Readonly<Record<string, unknown>>;

/** CDK's and everybody's way to say "no rule": it matches no address that a packet can have. */
const NOWHERE = '255.255.255.255/32';
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Where a rule stands: the region is that of its group. */
interface Origin {
  readonly text: string;
  readonly region: string;
}

function prefixListPeers(set: TemplateSet, id: string, { text: origin, region }: Origin): Peer[] {
  const service = serviceOfPrefixList(id, region);
  if (service !== undefined) return [{ kind: 'service', service }];
  const list = set.at(id);
  if (list?.type !== 'AWS::EC2::PrefixList') {
    throw new ModelError('unresolved-reference', origin, `the prefix list ${id} is not known to the model`);
  }
  return list.objects('Entries').map((entry) => ({
    kind: 'block',
    block: parseBlock(String(entry['Cidr']), list.path),
  }));
}

function peersOf(set: TemplateSet, rule: RuleBody, direction: 'in' | 'out', origin: Origin): Peer[] {
  const blocks = [text(rule['CidrIp']), text(rule['CidrIpv6'])].filter((block) => block !== undefined);
  const prefixList = text(rule[direction === 'in' ? 'SourcePrefixListId' : 'DestinationPrefixListId']);
  const group = text(rule[direction === 'in' ? 'SourceSecurityGroupId' : 'DestinationSecurityGroupId']);
  if (blocks.length === 0 && prefixList === undefined && group === undefined) {
    throw new ModelError(
      'malformed-value',
      origin.text,
      'a security-group rule without a source or destination',
    );
  }
  return [
    ...blocks
      .filter((block) => block !== NOWHERE)
      .map((block): Peer => ({ kind: 'block', block: parseBlock(block, origin.text) })),
    ...(prefixList === undefined ? [] : prefixListPeers(set, prefixList, origin)),
    ...(group === undefined ? [] : [{ kind: 'group', group } as const]),
  ];
}

const isRule = (rule: unknown): rule is RuleBody =>
  typeof rule === 'object' && rule !== null && !Array.isArray(rule);

function readRule(set: TemplateSet, rule: unknown, direction: 'in' | 'out', origin: Origin): GroupRule[] {
  if (!isRule(rule))
    throw new ModelError('malformed-value', origin.text, 'a security-group rule is no object');
  const traffic = Traffic.ofRule(rule['IpProtocol'], rule['FromPort'], rule['ToPort'], origin.text);
  return peersOf(set, rule, direction, origin).map((peer) => ({ peer, traffic, origin: origin.text }));
}

const everywhere = (origin: string): GroupRule[] =>
  ['0.0.0.0/0', '::/0'].map((block) => ({
    peer: { kind: 'block', block: parseBlock(block, origin) },
    traffic: Traffic.all,
    origin,
  }));

function inlineRules(
  set: TemplateSet,
  group: Resource,
  property: string,
  direction: 'in' | 'out',
): GroupRule[] {
  return group.list(property).flatMap((rule, index) =>
    readRule(set, rule, direction, {
      text: `${group.path}.${property}[${index}]`,
      region: group.region,
    }),
  );
}

function standaloneRules(set: TemplateSet, groupId: string, direction: 'in' | 'out'): GroupRule[] {
  const type = direction === 'in' ? 'AWS::EC2::SecurityGroupIngress' : 'AWS::EC2::SecurityGroupEgress';
  return set
    .resources(type)
    .filter((rule) => rule.text('GroupId') === groupId)
    .flatMap((rule) => readRule(set, rule.resolved(), direction, { text: rule.path, region: rule.region }));
}

/** A VPC's own group: its members may talk to each other and to everybody, until rules are revoked by hand. */
function defaultGroup(set: TemplateSet, vpc: string): SecurityGroup {
  const path = `${vpc}/default-security-group`;
  const self: GroupRule = { peer: { kind: 'group', group: path }, traffic: Traffic.all, origin: path };
  return {
    path,
    vpc,
    ingress: [self, ...standaloneRules(set, path, 'in')],
    egress: [...everywhere(path), ...standaloneRules(set, path, 'out')],
  };
}

/**
 * Every security group with all its rules, inline and standalone. A group made without `SecurityGroupEgress` starts with
 * AWS's default rule, which allows everything out; standalone egress rules do not take it away.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html
 */
export function readSecurityGroups(set: TemplateSet): Map<string, SecurityGroup> {
  const defaults = set
    .resources('AWS::EC2::VPC')
    .map((vpc) => defaultGroup(set, vpc.path))
    .map((group) => [group.path, group] as const);
  return new Map<string, SecurityGroup>([
    ...defaults,
    ...set.resources('AWS::EC2::SecurityGroup').map((group): [string, SecurityGroup] => {
      const egress =
        group.list('SecurityGroupEgress').length > 0
          ? inlineRules(set, group, 'SecurityGroupEgress', 'out')
          : everywhere(`${group.path} (AWS's default egress rule: SecurityGroupEgress is absent)`);
      return [
        group.path,
        {
          path: group.path,
          vpc: group.text('VpcId'),
          ingress: [
            ...inlineRules(set, group, 'SecurityGroupIngress', 'in'),
            ...standaloneRules(set, group.path, 'in'),
          ],
          egress: [...egress, ...standaloneRules(set, group.path, 'out')],
        },
      ];
    }),
  ]);
}
