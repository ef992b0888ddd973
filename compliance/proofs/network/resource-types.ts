/** EC2 and resolver types that the model reads, and what each is to it. */
export const MODELLED_TYPES: ReadonlySet<string> = new Set([
  'AWS::EC2::VPC',
  'AWS::EC2::Subnet',
  'AWS::EC2::RouteTable',
  'AWS::EC2::Route',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::NetworkAcl',
  'AWS::EC2::NetworkAclEntry',
  'AWS::EC2::SubnetNetworkAclAssociation',
  'AWS::EC2::SecurityGroup',
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::PrefixList',
  'AWS::EC2::VPCEndpoint',
  'AWS::EC2::FlowLog',
  'AWS::EC2::VPCCidrBlock',
  'AWS::EC2::DHCPOptions',
  'AWS::EC2::VPCDHCPOptionsAssociation',
  'AWS::Route53Resolver::FirewallDomainList',
  'AWS::Route53Resolver::FirewallRuleGroup',
  'AWS::Route53Resolver::FirewallRuleGroupAssociation',
  'AWS::Route53Resolver::ResolverQueryLoggingConfig',
  'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation',
]);

/**
 * Types whose presence alone opens, or could open, a way out of or into the VPC. They are modelled as route targets, and
 * each one is a finding whatever the routes say: an isolated network has none of them.
 */
export const OPENING_TYPES: Readonly<Record<string, string>> = {
  'AWS::EC2::InternetGateway': 'an internet gateway is a door to the internet',
  'AWS::EC2::VPCGatewayAttachment': 'it attaches an internet or VPN gateway to the VPC',
  'AWS::EC2::EgressOnlyInternetGateway': 'it is a way out to the internet over IPv6',
  'AWS::EC2::NatGateway': 'a NAT gateway is a way out to the internet',
  'AWS::EC2::EIP': 'a public address makes an internet gateway usable',
  'AWS::EC2::EIPAssociation': 'a public address makes an internet gateway usable',
  'AWS::EC2::CarrierGateway': 'it is a way out through a carrier network',
  'AWS::EC2::VPCPeeringConnection': 'peering joins the VPC to another network',
  'AWS::EC2::TransitGateway': 'a transit gateway joins networks',
  'AWS::EC2::TransitGatewayAttachment': 'it attaches the VPC to a transit gateway',
  'AWS::EC2::TransitGatewayVpcAttachment': 'it attaches the VPC to a transit gateway',
  'AWS::EC2::TransitGatewayRoute': 'it routes through a transit gateway',
  'AWS::EC2::VPNGateway': 'a VPN gateway joins the VPC to another network',
  'AWS::EC2::VPNConnection': 'a VPN joins the VPC to another network',
  'AWS::EC2::VPNGatewayRoutePropagation': 'it lets a VPN write routes',
  'AWS::EC2::ClientVpnEndpoint': 'it lets VPN clients in',
  'AWS::EC2::VPCEndpointService': 'it offers something in the VPC to other accounts',
  'AWS::EC2::NetworkInterface': 'a network interface of its own is outside the functions and endpoints',
  'AWS::EC2::Instance': 'an instance is a machine that the model does not describe',
};

/** Services whose resources have no place in the VPC's network, so that the model need not look at them. */
const SERVICES_OUTSIDE_THE_NETWORK: ReadonlySet<string> = new Set([
  'AccessAnalyzer',
  'ApiGateway',
  'Athena',
  'Backup',
  'Budgets',
  'CDK',
  'CE',
  'CloudFormation',
  'CloudTrail',
  'CloudWatch',
  'CodeBuild',
  'CodeDeploy',
  'CodePipeline',
  'Config',
  'DynamoDB',
  'Events',
  'GuardDuty',
  'IAM',
  'KMS',
  'Lambda',
  'Logs',
  'Macie',
  'S3',
  'SNS',
  'SQS',
  'SSM',
  'Scheduler',
  'SecretsManager',
  'SecurityHub',
  'StepFunctions',
  'Synthetics',
  'WAFv2',
  'XRay',
]);

export type NetworkRole = 'modelled' | 'opening' | 'outside' | 'unknown';

/**
 * What a resource type is to the network model. Everything not listed is `unknown`, which is a finding: a type that the
 * model has never heard of may be a way out.
 */
export function networkRole(type: string): NetworkRole {
  if (MODELLED_TYPES.has(type)) return 'modelled';
  if (type in OPENING_TYPES) return 'opening';
  const [, service = ''] = type.split('::');
  return type.startsWith('AWS::') && SERVICES_OUTSIDE_THE_NETWORK.has(service) ? 'outside' : 'unknown';
}
