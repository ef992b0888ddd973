/** EC2 and resolver types that the model reads, and what each is to it. */
const MODELLED_TYPES: ReadonlySet<string> = new Set([
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
  'AWS::EC2::InstanceConnectEndpoint': 'it is a way into the VPC for whoever may use it',
  'AWS::Lambda::Url': 'a function URL is a door to a function past the API',
  'AWS::ApiGateway::VpcLink': 'it leads an API into the VPC',
  'AWS::ApiGatewayV2::VpcLink': 'it leads an API into the VPC',
  'AWS::EC2::NetworkInterface': 'a network interface of its own is outside the functions and endpoints',
  'AWS::EC2::Instance': 'an instance is a machine that the model does not describe',
};

/**
 * Types that have no place in the VPC's network, so that the model need not look at them. A list of types, not of services:
 * the next type of a service may be a door (a function URL, a link into a VPC).
 */
const OUTSIDE_THE_NETWORK: ReadonlySet<string> = new Set([
  'AWS::AccessAnalyzer::Analyzer',
  'AWS::ApiGateway::Account',
  'AWS::ApiGateway::ApiKey',
  'AWS::ApiGateway::Deployment',
  'AWS::ApiGateway::GatewayResponse',
  'AWS::ApiGateway::Method',
  'AWS::ApiGateway::Model',
  'AWS::ApiGateway::RequestValidator',
  'AWS::ApiGateway::Resource',
  'AWS::ApiGateway::RestApi',
  'AWS::ApiGateway::Stage',
  'AWS::ApiGateway::UsagePlan',
  'AWS::ApiGateway::UsagePlanKey',
  'AWS::Backup::BackupPlan',
  'AWS::Backup::BackupSelection',
  'AWS::Backup::BackupVault',
  'AWS::Budgets::Budget',
  'AWS::CDK::Metadata',
  'AWS::CE::AnomalyMonitor',
  'AWS::CE::AnomalySubscription',
  'AWS::CloudFormation::GuardHook',
  'AWS::CloudTrail::Trail',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::CodeBuild::Project',
  'AWS::CodeDeploy::Application',
  'AWS::CodeDeploy::DeploymentGroup',
  'AWS::CodePipeline::Pipeline',
  'AWS::Config::ConfigRule',
  'AWS::Config::ConfigurationRecorder',
  'AWS::Config::ConformancePack',
  'AWS::Config::DeliveryChannel',
  'AWS::Config::RemediationConfiguration',
  'AWS::DynamoDB::GlobalTable',
  // Led into a VPC it names a resource configuration of VPC Lattice, whose types are in no list here.
  'AWS::Events::Connection',
  'AWS::Events::Rule',
  'AWS::GuardDuty::Detector',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::KMS::Alias',
  'AWS::KMS::Key',
  'AWS::Lambda::Alias',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::Lambda::Permission',
  'AWS::Lambda::Version',
  'AWS::Logs::LogGroup',
  'AWS::Logs::MetricFilter',
  'AWS::Logs::ResourcePolicy',
  'AWS::Macie::Session',
  'AWS::S3::Bucket',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::Queue',
  'AWS::SQS::QueuePolicy',
  'AWS::SSM::Parameter',
  'AWS::Scheduler::Schedule',
  'AWS::Scheduler::ScheduleGroup',
  'AWS::SecretsManager::ResourcePolicy',
  'AWS::SecretsManager::Secret',
  'AWS::SecurityHub::Hub',
  'AWS::SecurityHub::Standard',
  'AWS::StepFunctions::StateMachine',
  'AWS::StepFunctions::StateMachineAlias',
  'AWS::StepFunctions::StateMachineVersion',
  'AWS::WAFv2::LoggingConfiguration',
  'AWS::WAFv2::WebACL',
  'AWS::WAFv2::WebACLAssociation',
]);

export type NetworkRole = 'modelled' | 'opening' | 'outside' | 'unknown';

/**
 * What a resource type is to the network model. Everything not listed is `unknown`, which is a finding: a type that the
 * model has never heard of may be a way out.
 */
export function networkRole(type: string): NetworkRole {
  if (MODELLED_TYPES.has(type)) return 'modelled';
  if (Object.hasOwn(OPENING_TYPES, type)) return 'opening';
  return OUTSIDE_THE_NETWORK.has(type) ? 'outside' : 'unknown';
}
