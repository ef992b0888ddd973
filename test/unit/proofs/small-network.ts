import type { StackTemplate, TemplateResource } from '../../../compliance/rules/proofs/model/template';

export type Resources = Record<string, TemplateResource>;
type Properties = Record<string, unknown>;

export const ACCOUNT = '111122223333';
export const ref = (logicalId: string) => ({ Ref: logicalId });
export const attribute = (logicalId: string, name: string) => ({ 'Fn::GetAtt': [logicalId, name] });
export const resource = (Type: string, Properties: Properties = {}): TemplateResource => ({
  Type,
  Properties,
});

const NULL_RULE = { CidrIp: '255.255.255.255/32', IpProtocol: 'icmp', FromPort: 252, ToPort: 86 };
const https = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443 };
const subnet = (zone: string, CidrBlock: string) =>
  resource('AWS::EC2::Subnet', { VpcId: ref('Vpc'), AvailabilityZone: zone, CidrBlock });

/**
 * A hand-worked network: `query` in two isolated subnets calls SSM through an interface endpoint and DynamoDB through a
 * gateway endpoint, each rule standing by itself; the names of both endpoints resolve and no others.
 */
export const smallNetwork = (): Resources => ({
  Vpc: resource('AWS::EC2::VPC', {
    CidrBlock: '10.0.0.0/16',
    EnableDnsSupport: true,
    EnableDnsHostnames: true,
  }),
  SubnetA: subnet('us-east-1a', '10.0.0.0/24'),
  SubnetB: subnet('us-east-1b', '10.0.1.0/24'),
  TableA: resource('AWS::EC2::RouteTable', { VpcId: ref('Vpc') }),
  TableB: resource('AWS::EC2::RouteTable', { VpcId: ref('Vpc') }),
  AssociationA: resource('AWS::EC2::SubnetRouteTableAssociation', {
    SubnetId: ref('SubnetA'),
    RouteTableId: ref('TableA'),
  }),
  AssociationB: resource('AWS::EC2::SubnetRouteTableAssociation', {
    SubnetId: ref('SubnetB'),
    RouteTableId: ref('TableB'),
  }),
  QueryGroup: resource('AWS::EC2::SecurityGroup', { VpcId: ref('Vpc'), SecurityGroupEgress: [NULL_RULE] }),
  SsmGroup: resource('AWS::EC2::SecurityGroup', { VpcId: ref('Vpc'), SecurityGroupEgress: [NULL_RULE] }),
  QueryToSsm: resource('AWS::EC2::SecurityGroupEgress', {
    GroupId: attribute('QueryGroup', 'GroupId'),
    DestinationSecurityGroupId: attribute('SsmGroup', 'GroupId'),
    ...https,
  }),
  SsmFromQuery: resource('AWS::EC2::SecurityGroupIngress', {
    GroupId: attribute('SsmGroup', 'GroupId'),
    SourceSecurityGroupId: attribute('QueryGroup', 'GroupId'),
    ...https,
  }),
  QueryToDynamo: resource('AWS::EC2::SecurityGroupEgress', {
    GroupId: attribute('QueryGroup', 'GroupId'),
    DestinationPrefixListId: 'pl-02cd2c6b',
    ...https,
  }),
  SsmEndpoint: resource('AWS::EC2::VPCEndpoint', {
    VpcId: ref('Vpc'),
    VpcEndpointType: 'Interface',
    ServiceName: 'com.amazonaws.us-east-1.ssm',
    SubnetIds: [ref('SubnetA'), ref('SubnetB')],
    SecurityGroupIds: [attribute('SsmGroup', 'GroupId')],
    PrivateDnsEnabled: true,
    PolicyDocument: {
      Statement: [{ Sid: 'Ours', Effect: 'Allow', Principal: '*', Action: 'ssm:GetParameter' }],
    },
  }),
  DynamoEndpoint: resource('AWS::EC2::VPCEndpoint', {
    VpcId: ref('Vpc'),
    VpcEndpointType: 'Gateway',
    ServiceName: { 'Fn::Join': ['', ['com.amazonaws.', { Ref: 'AWS::Region' }, '.dynamodb']] },
    RouteTableIds: [ref('TableA'), ref('TableB')],
    PolicyDocument: { Statement: [{ Sid: 'Ours', Effect: 'Allow', Principal: '*', Action: 'dynamodb:*' }] },
  }),
  Names: resource('AWS::Route53Resolver::FirewallDomainList', {
    Domains: ['ssm.us-east-1.amazonaws.com', 'dynamodb.us-east-1.amazonaws.com'],
  }),
  AnyName: resource('AWS::Route53Resolver::FirewallDomainList', { Domains: ['*'] }),
  NameRules: resource('AWS::Route53Resolver::FirewallRuleGroup', {
    FirewallRules: [
      { Priority: 200, Action: 'BLOCK', BlockResponse: 'NXDOMAIN', FirewallDomainListId: ref('AnyName') },
      { Priority: 100, Action: 'ALLOW', FirewallDomainListId: ref('Names') },
    ],
  }),
  NameAssociation: resource('AWS::Route53Resolver::FirewallRuleGroupAssociation', {
    VpcId: ref('Vpc'),
    FirewallRuleGroupId: ref('NameRules'),
    Priority: 101,
  }),
  Query: resource('AWS::Lambda::Function', {
    FunctionName: 'serverlessapp-dev-query',
    VpcConfig: {
      SubnetIds: [ref('SubnetA'), ref('SubnetB')],
      SecurityGroupIds: [attribute('QueryGroup', 'GroupId')],
    },
  }),
});

export const asStack = (Resources: Resources, region = 'us-east-1'): StackTemplate => ({
  stackName: 'network',
  account: ACCOUNT,
  region,
  template: { Resources },
});

/** The small network with some properties of one resource replaced; `undefined` removes one. */
export function changed(
  logicalId: string,
  properties: Properties,
  base: Resources = smallNetwork(),
): Resources {
  const before = base[logicalId];
  if (!before) throw new Error(`no ${logicalId}`);
  const merged = Object.entries({ ...before.Properties, ...properties }).filter(
    ([, value]) => value !== undefined,
  );
  return { ...base, [logicalId]: { ...before, Properties: Object.fromEntries(merged) } };
}

export function without(logicalId: string, base: Resources = smallNetwork()): Resources {
  const { [logicalId]: removed, ...rest } = base;
  if (!removed) throw new Error(`no ${logicalId}`);
  return rest;
}
