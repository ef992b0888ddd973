import { adding, drop, type Mutant, onResources, put, type RawResource, type RawStack } from './mutant';

const anywhere = { CidrIp: '0.0.0.0/0', IpProtocol: '-1' };
const GROUP = ['AWS::EC2::SecurityGroup'];
const ENDPOINT = ['AWS::EC2::VPCEndpoint'];
const resource = (Type: string, Properties: Record<string, unknown> = {}): RawResource => ({
  Type,
  Properties,
});

const addings: readonly (readonly [
  kind: string,
  type: string,
  properties?: (vpc: string) => Record<string, unknown>,
])[] = [
  ['internet gateway added', 'AWS::EC2::InternetGateway'],
  ['NAT gateway added', 'AWS::EC2::NatGateway', () => ({ SubnetId: 'subnet-1' })],
  ['egress-only gateway added', 'AWS::EC2::EgressOnlyInternetGateway', (vpc) => ({ VpcId: { Ref: vpc } })],
  ['peering added', 'AWS::EC2::VPCPeeringConnection', (vpc) => ({ VpcId: { Ref: vpc }, PeerVpcId: 'vpc-2' })],
  ['transit gateway attached', 'AWS::EC2::TransitGatewayAttachment', (vpc) => ({ VpcId: { Ref: vpc } })],
  ['VPN added', 'AWS::EC2::VPNGateway', () => ({ Type: 'ipsec.1' })],
  ['public address added', 'AWS::EC2::EIP'],
  ['network interface added', 'AWS::EC2::NetworkInterface', () => ({ SubnetId: 'subnet-1' })],
  [
    'unknown network type added',
    'AWS::VpcLattice::ServiceNetworkVpcAssociation',
    (vpc) => ({ VpcIdentifier: { Ref: vpc } }),
  ],
  ['load balancer added', 'AWS::ElasticLoadBalancingV2::LoadBalancer', () => ({ Scheme: 'internet-facing' })],
];

const groups = (stacks: readonly RawStack[]): Mutant[] => [
  ...onResources(stacks, 'group opened to the world (out)', GROUP, (p) =>
    put(p, ['SecurityGroupEgress'], [anywhere]),
  ),
  ...onResources(stacks, 'group opened to the world (in)', GROUP, (p) =>
    put(p, ['SecurityGroupIngress'], [anywhere]),
  ),
  ...onResources(stacks, 'egress left to its default', GROUP, (p) => drop(p, 'SecurityGroupEgress')),
  ...onResources(stacks, 'egress rule removed', GROUP, (p) => {
    const rules = p['SecurityGroupEgress'] as unknown[];
    return rules.length > 1 && rules.shift() !== undefined;
  }),
  ...onResources(stacks, 'ingress rule removed', ['AWS::EC2::SecurityGroupIngress'], (_p, _r, id, template) =>
    Reflect.deleteProperty(template.Resources, id),
  ),
  ...onResources(stacks, 'ingress rule opened to every port', ['AWS::EC2::SecurityGroupIngress'], (p) =>
    put(p, ['FromPort'], 0),
  ),
];

const endpoints = (stacks: readonly RawStack[]): Mutant[] => [
  ...onResources(stacks, 'endpoint policy removed', ENDPOINT, (p) => drop(p, 'PolicyDocument')),
  ...onResources(stacks, 'endpoint policy open', ENDPOINT, (p) =>
    put(
      p,
      ['PolicyDocument', 'Statement'],
      [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
    ),
  ),
  ...onResources(stacks, 'endpoint policy without conditions', ENDPOINT, (p) =>
    put(p, ['PolicyDocument', 'Statement', 0, 'Condition'], undefined),
  ),
  ...onResources(stacks, 'endpoint policy lets a foreign account in', ENDPOINT, (p) => {
    const statements = (p['PolicyDocument'] as { Statement: unknown[] }).Statement;
    return (
      statements.push({
        Sid: 'Guest',
        Effect: 'Allow',
        Principal: { AWS: '999999999999' },
        Action: '*',
        Resource: '*',
      }) > 0
    );
  }),
  ...onResources(stacks, 'endpoint policy statement removed', ENDPOINT, (p) =>
    put(p, ['PolicyDocument', 'Statement'], []),
  ),
  ...onResources(
    stacks,
    'endpoint without private DNS',
    ENDPOINT,
    (p) => put(p, ['PrivateDnsEnabled'], false) && p['VpcEndpointType'] === 'Interface',
  ),
  ...onResources(
    stacks,
    'endpoint in one zone only',
    ENDPOINT,
    (p) => Array.isArray(p['SubnetIds']) && put(p, ['SubnetIds'], p['SubnetIds'].slice(0, 1)),
  ),
  ...onResources(
    stacks,
    'endpoint missing in a route table',
    ENDPOINT,
    (p) => Array.isArray(p['RouteTableIds']) && put(p, ['RouteTableIds'], p['RouteTableIds'].slice(0, 1)),
  ),
  ...onResources(
    stacks,
    'endpoint of another service',
    ENDPOINT,
    (p) => put(p, ['ServiceName'], 'com.amazonaws.vpce.us-east-1.vpce-svc-0123'),
    'first of each type',
  ),
];

const names = (stacks: readonly RawStack[]): Mutant[] => [
  ...onResources(
    stacks,
    'DNS firewall detached',
    ['AWS::Route53Resolver::FirewallRuleGroupAssociation'],
    (_p, _r, id, t) => Reflect.deleteProperty(t.Resources, id),
  ),
  ...onResources(
    stacks,
    'DNS firewall without its block',
    ['AWS::Route53Resolver::FirewallRuleGroup'],
    (p) => (p['FirewallRules'] as unknown[]).pop() !== undefined,
  ),
  ...onResources(
    stacks,
    'every name resolves',
    ['AWS::Route53Resolver::FirewallDomainList'],
    (p) => (p['Domains'] as unknown[]).length > 1 && put(p, ['Domains', 0], '*'),
  ),
  ...onResources(
    stacks,
    'a foreign name resolves',
    ['AWS::Route53Resolver::FirewallDomainList'],
    (p) => (p['Domains'] as unknown[]).length > 1 && (p['Domains'] as unknown[]).push('*.example.com') > 0,
  ),
];

/** Mistakes in what can reach what. */
export const networkMutants = (stacks: readonly RawStack[]): Mutant[] => [
  ...groups(stacks),
  ...endpoints(stacks),
  ...names(stacks),
  ...addings.flatMap(([kind, type, properties]) =>
    adding(stacks, kind, 'AWS::EC2::VPC', (vpc) => ({ Mutant: resource(type, properties?.(vpc)) })),
  ),
  ...adding(stacks, 'route out through a NAT gateway', 'AWS::EC2::VPC', (_vpc, template) => {
    const [table = ''] =
      Object.entries(template.Resources).find(([, { Type }]) => Type === 'AWS::EC2::RouteTable') ?? [];
    return {
      MutantNat: resource('AWS::EC2::NatGateway', { SubnetId: 'subnet-1' }),
      MutantRoute: resource('AWS::EC2::Route', {
        RouteTableId: { Ref: table },
        DestinationCidrBlock: '0.0.0.0/0',
        NatGatewayId: { Ref: 'MutantNat' },
      }),
    };
  }),
  ...adding(stacks, 'network ACL that shuts everything', 'AWS::EC2::VPC', (vpc, template) => {
    const [subnet = ''] =
      Object.entries(template.Resources).find(([, { Type }]) => Type === 'AWS::EC2::Subnet') ?? [];
    return {
      MutantAcl: resource('AWS::EC2::NetworkAcl', { VpcId: { Ref: vpc } }),
      MutantAssociation: resource('AWS::EC2::SubnetNetworkAclAssociation', {
        SubnetId: { Ref: subnet },
        NetworkAclId: { Ref: 'MutantAcl' },
      }),
    };
  }),
  ...onResources(stacks, 'subnet gives public addresses', ['AWS::EC2::Subnet'], (p) =>
    put(p, ['MapPublicIpOnLaunch'], true),
  ),
  ...onResources(stacks, 'function outside the VPC', ['AWS::Lambda::Function'], (p) => drop(p, 'VpcConfig')),
  ...onResources(
    stacks,
    'function may use IPv6',
    ['AWS::Lambda::Function'],
    (p) => put(p, ['VpcConfig', 'Ipv6AllowedForDualStack'], true),
    'first of each type',
  ),
  ...onResources(
    stacks,
    'function renamed out of sight',
    ['AWS::Lambda::Function'],
    (p) => put(p, ['FunctionName'], 'helper'),
    'first of each type',
  ),
];
