import { dig, listOf } from '../model/dig';
import type { Resource } from '../model/resource';
import { isFalse, isTrue, evaluated, type Setting, switchedOff, unlike } from './setting';

const BLOCKS = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];

/**
 * What a configuration leaves out it does not block: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PublicAccessBlockConfiguration.html,
 * https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-8 (all four). Where there is none, the
 * account's may.
 */
const blocksSwitchedOff = (configuration: unknown): string[] =>
  configuration === undefined
    ? []
    : BLOCKS.filter(
        (name) => dig(configuration, name) === undefined || isFalse(dig(configuration, name)),
      ).map((name) => `${name} is off`);

const isInDefaultVpc = (r: Resource): boolean =>
  [undefined, 'default'].includes(r.property('DBSubnetGroupName') as string);

/** What puts a resource within everybody's reach without a policy. */
export const PUBLIC_SETTINGS: readonly Setting[] = [
  unlike(
    'publicSetting',
    'AWS::S3::Bucket',
    'AccessControl',
    /^(?:PublicRead|PublicReadWrite|AuthenticatedRead)$/,
  ),
  evaluated(
    'publicSetting',
    ['AWS::S3::Bucket', 'AWS::S3::AccessPoint', 'AWS::S3::MultiRegionAccessPoint'],
    (r) => blocksSwitchedOff(r.property('PublicAccessBlockConfiguration') ?? r.property('PublicAccessBlock')),
  ),
  ...['AWS::RDS::DBInstance', 'AWS::RDS::DBCluster', 'AWS::Redshift::Cluster', 'AWS::AmazonMQ::Broker'].map(
    (type) => switchedOff('publicSetting', type, 'PubliclyAccessible'),
  ),
  switchedOff('publicSetting', 'AWS::RedshiftServerless::Workgroup', 'PubliclyAccessible'),
  // On unless it is switched off: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-dms-replicationinstance.html
  switchedOff('publicSetting', 'AWS::DMS::ReplicationInstance', 'PubliclyAccessible', 'on'),
  switchedOff('publicSetting', 'AWS::EC2::Subnet', 'MapPublicIpOnLaunch'),
  switchedOff('publicSetting', 'AWS::EC2::Instance', 'NetworkInterfaces.*.AssociatePublicIpAddress'),
  switchedOff(
    'publicSetting',
    'AWS::EC2::LaunchTemplate',
    'LaunchTemplateData.NetworkInterfaces.*.AssociatePublicIpAddress',
  ),
  switchedOff('publicSetting', 'AWS::AutoScaling::LaunchConfiguration', 'AssociatePublicIpAddress'),
  unlike(
    'publicSetting',
    'AWS::MSK::Cluster',
    'BrokerNodeGroupInfo.ConnectivityInfo.PublicAccess.Type',
    /^SERVICE_PROVIDED_EIPS$/,
  ),
  unlike(
    'publicSetting',
    'AWS::ECS::Service',
    'NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp',
    /^ENABLED$/,
  ),
  // On unless it is switched off, and to every address unless some are named:
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-eks-cluster-resourcesvpcconfig.html
  evaluated('publicSetting', 'AWS::EKS::Cluster', (r) => {
    const network = r.property('ResourcesVpcConfig');
    const ranges = listOf(dig(network, 'PublicAccessCidrs'));
    const open = ranges.length === 0 || ranges.includes('0.0.0.0/0');
    return !isFalse(dig(network, 'EndpointPublicAccess')) && open
      ? ['its endpoint is open to every address']
      : [];
  }),
  evaluated('publicSetting', 'AWS::EKS::Nodegroup', (r) =>
    r.has('RemoteAccess') && listOf(dig(r.property('RemoteAccess'), 'SourceSecurityGroups')).length === 0
      ? ['its nodes take SSH from everywhere']
      : [],
  ),
  unlike('publicSetting', 'AWS::Lambda::Url', 'AuthType', /^NONE$/),
  switchedOff('publicSetting', 'AWS::Cognito::IdentityPool', 'AllowUnauthenticatedIdentities'),
  evaluated('publicSetting', 'AWS::EC2::VPCEndpointServicePermissions', (r) =>
    r.list('AllowedPrincipals').includes('*') ? ['every account may connect to the endpoint service'] : [],
  ),
  unlike('publicSetting', 'AWS::SageMaker::NotebookInstance', 'DirectInternetAccess', /^Enabled$/),
  evaluated('publicSetting', ['AWS::Elasticsearch::Domain', 'AWS::OpenSearchService::Domain'], (r) =>
    r.has('VPCOptions') ? [] : ['it stands outside every VPC'],
  ),
  evaluated('publicSetting', 'AWS::EC2::Instance', (r) =>
    r.list('NetworkInterfaces').length === 0 && isTrue(r.property('AssociatePublicIpAddress'))
      ? ['it gets a public address']
      : [],
  ),
  // Without a subnet group, or in the one called default, it is public unless something is said, but for Aurora:
  // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
  evaluated('publicSetting', 'AWS::RDS::DBInstance', (r) =>
    ['PubliclyAccessible', 'DBClusterIdentifier'].some((property) => r.has(property)) ||
    !isInDefaultVpc(r) ||
    String(r.property('Engine')).startsWith('aurora')
      ? []
      : ['it stands in the default VPC, where it gets a public address'],
  ),
  // Of clusters, those that have instances of their own: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
  evaluated('publicSetting', 'AWS::RDS::DBCluster', (r) =>
    r.has('DBClusterInstanceClass') && !r.has('PubliclyAccessible') && isInDefaultVpc(r)
      ? ['it stands in the default VPC, where it gets a public address']
      : [],
  ),
  evaluated('publicSetting', 'AWS::S3::Bucket', (r) =>
    r.has('PublicAccessBlockConfiguration') ? [] : ['nothing in the template blocks public access to it'],
  ),
  evaluated('publicSetting', 'AWS::Transfer::Server', (r) =>
    ['VPC', 'VPC_ENDPOINT'].includes(String(r.property('EndpointType'))) ? [] : ['its endpoint is public'],
  ),
  evaluated(
    'publicSetting',
    ['AWS::ElasticLoadBalancingV2::LoadBalancer', 'AWS::ElasticLoadBalancing::LoadBalancer'],
    (r) => (r.property('Scheme') === 'internal' ? [] : ['it faces the Internet']),
  ),
];
