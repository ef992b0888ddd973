import { dig } from '../model/dig';
import type { Resource } from '../model/resource';
import { decided, evaluated, numberOf, type Setting, textOf } from './setting';

type Rule = Readonly<Record<string, unknown>>;

/** Ranges of more addresses than any one organisation has; written in halves and quarters, the Internet stays the Internet. */
export function isInternet(range: unknown): boolean {
  const [address = '', length] = String(decided(range)).split('/');
  const prefix = numberOf(length);
  if (prefix === undefined) return false;
  return address.includes(':') ? prefix < 16 : /^[\d.]+$/.test(address) && prefix < 8;
}

const rangesOf = (rule: Rule): unknown[] =>
  ['CidrIp', 'CidrIpv6', 'CIDRIP', 'CidrBlock', 'Ipv6CidrBlock'].flatMap((name) => [rule[name] ?? []].flat());

const isAllProtocols = (rule: Rule): boolean =>
  ['-1', 'all'].includes(String(rule['IpProtocol'] ?? rule['Protocol']));

const portsOf = (rule: Rule): string => {
  const [from, to] = [rule['FromPort'], rule['ToPort']];
  if (isAllProtocols(rule) || (from === undefined && to === undefined)) return 'every port';
  return from === to ? `port ${String(from)}` : `ports ${String(from)} to ${String(to)}`;
};

/** Rules of a group that stand in it, or the one that a resource of its own is. */
function rulesOf(r: Resource, direction: 'Ingress' | 'Egress'): Rule[] {
  if (r.type === 'AWS::EC2::SecurityGroup') {
    const rules = r.property(`SecurityGroup${direction}`);
    return rules === undefined ? [] : ([rules].flat() as Rule[]);
  }
  return [r.resolved()];
}

const typesOf = (direction: 'Ingress' | 'Egress'): string[] => [
  'AWS::EC2::SecurityGroup',
  `AWS::EC2::SecurityGroup${direction}`,
];

/** Addresses that no packet from elsewhere has: "no rule at all" is written with them. */
const isNowhere = (range: unknown): boolean =>
  ['127.0.0.1/32', '::1/128', '255.255.255.255/32'].includes(String(range));

const leadsNowhere = (rule: Rule): boolean => rangesOf(rule).length > 0 && rangesOf(rule).every(isNowhere);

const broad = (rule: Rule): boolean =>
  isAllProtocols(rule) ||
  (rule['FromPort'] !== undefined && textOf(rule['FromPort']) !== textOf(rule['ToPort']));

const isIcmp = (rule: Rule): boolean => /^(?:icmp|icmpv6|1|58)$/i.test(String(rule['IpProtocol']));

/** What lets packets from or to everywhere. */
export const NETWORK_SETTINGS: readonly Setting[] = [
  evaluated(
    'openIngress',
    [
      ...typesOf('Ingress'),
      'AWS::RDS::DBSecurityGroupIngress',
      'AWS::Redshift::ClusterSecurityGroupIngress',
      'AWS::VpcLattice::Listener',
    ],
    (r) =>
      rulesOf(r, 'Ingress')
        .filter((rule) => rangesOf(rule).some(isInternet))
        .map((rule) => `the whole Internet reaches ${portsOf(rule)}`),
  ),
  evaluated('openIngress', 'AWS::RDS::DBSecurityGroup', (r) =>
    r
      .list('DBSecurityGroupIngress')
      .filter((rule) => isInternet(dig(rule, 'CIDRIP')))
      .map(() => 'the whole Internet reaches the database'),
  ),
  evaluated('openIngress', 'AWS::EC2::NetworkAclEntry', (r) => {
    const rule = r.resolved();
    const allows = String(rule['RuleAction']).toLowerCase() === 'allow' && String(rule['Egress']) !== 'true';
    if (!allows || !rangesOf(rule).some(isInternet)) return [];
    const range = rule['PortRange'];
    const ports = { ...rule, FromPort: dig(range, 'From'), ToPort: dig(range, 'To') };
    const reachesShell = [22, 3389].some((port) => {
      const [from, to] = [numberOf(ports.FromPort), numberOf(ports.ToPort)];
      return from === undefined || to === undefined || (from <= port && port <= to);
    });
    return reachesShell || isAllProtocols(rule) ? [`the whole Internet reaches ${portsOf(ports)}`] : [];
  }),
  evaluated('broadPorts', 'AWS::EC2::NetworkAclEntry', (r) => {
    if (String(r.property('RuleAction')).toLowerCase() !== 'allow') return [];
    const [from, to] = ['From', 'To'].map((end) => numberOf(dig(r.property('PortRange'), end)));
    const hasPorts = ['6', '17'].includes(String(r.property('Protocol')));
    const isAll = from === undefined || to === undefined || (from <= 0 && to >= 65_535);
    return [
      ...(isAllProtocols(r.resolved()) ? ['it allows every protocol'] : []),
      ...(hasPorts && isAll ? ['it allows every port'] : []),
    ];
  }),
  evaluated('openEgress', typesOf('Egress'), (r) =>
    rulesOf(r, 'Egress')
      .filter((rule) => rangesOf(rule).some(isInternet))
      .map((rule) => `${portsOf(rule)} of the whole Internet can be reached`),
  ),
  // AWS's default rule: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-securitygroup.html
  evaluated('openEgress', 'AWS::EC2::SecurityGroup', (r) =>
    r.has('SecurityGroupEgress') ? [] : ['without egress rules of its own everything can be reached'],
  ),
  ...(['Ingress', 'Egress'] as const).map((direction) =>
    evaluated('broadPorts', typesOf(direction), (r) =>
      rulesOf(r, direction)
        .filter((rule) => broad(rule) && !isIcmp(rule) && !leadsNowhere(rule))
        .map((rule) => `a rule is for ${portsOf(rule)}`),
    ),
  ),
  evaluated('broadPorts', 'AWS::GameLift::Fleet', (r) =>
    (r.list('EC2InboundPermissions') as Rule[])
      .filter(broad)
      .map((rule) => `a rule is for ports ${String(rule['FromPort'])} to ${String(rule['ToPort'])}`),
  ),
];
