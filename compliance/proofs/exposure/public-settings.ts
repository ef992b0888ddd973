import { accountsIn } from '../iam/example';
import { dig, listOf } from '../model/dig';
import { isFalse, isTrue, judged, type Setting, switchedOff, unlike } from './setting';

const BLOCKS = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];

const blocksSwitchedOff = (configuration: unknown): string[] =>
  BLOCKS.filter((name) => isFalse(dig(configuration, name))).map((name) => `${name} is off`);

/** What puts a resource within everybody's reach without a policy. */
export const PUBLIC_SETTINGS: readonly Setting[] = [
  unlike(
    'publicSetting',
    'AWS::S3::Bucket',
    'AccessControl',
    /^(?:PublicRead|PublicReadWrite|AuthenticatedRead)$/,
  ),
  judged(
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
  judged('publicSetting', 'AWS::EKS::Cluster', (r) => {
    const network = r.property('ResourcesVpcConfig');
    const ranges = listOf(dig(network, 'PublicAccessCidrs'));
    const open = ranges.length === 0 || ranges.includes('0.0.0.0/0');
    return !isFalse(dig(network, 'EndpointPublicAccess')) && open
      ? ['its endpoint is open to every address']
      : [];
  }),
  judged('publicSetting', 'AWS::EKS::Nodegroup', (r) =>
    r.has('RemoteAccess') && listOf(dig(r.property('RemoteAccess'), 'SourceSecurityGroups')).length === 0
      ? ['its nodes take SSH from everywhere']
      : [],
  ),
  unlike('publicSetting', 'AWS::Lambda::Url', 'AuthType', /^NONE$/),
  switchedOff('publicSetting', 'AWS::Cognito::IdentityPool', 'AllowUnauthenticatedIdentities'),
  judged('publicSetting', 'AWS::EC2::VPCEndpointServicePermissions', (r) =>
    r.list('AllowedPrincipals').includes('*') ? ['every account may connect to the endpoint service'] : [],
  ),
  unlike('publicSetting', 'AWS::SageMaker::NotebookInstance', 'DirectInternetAccess', /^Enabled$/),
  judged('publicSetting', ['AWS::Elasticsearch::Domain', 'AWS::OpenSearchService::Domain'], (r) =>
    r.has('VPCOptions') ? [] : ['it stands outside every VPC'],
  ),
  judged('publicSetting', 'AWS::EC2::Instance', (r) =>
    r.list('NetworkInterfaces').length === 0 && isTrue(r.property('AssociatePublicIpAddress'))
      ? ['it gets a public address']
      : [],
  ),
  // Public where the default VPC has an internet gateway, as it has when AWS makes it:
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-rds-dbinstance.html
  judged('publicSetting', 'AWS::RDS::DBInstance', (r) =>
    ['PubliclyAccessible', 'DBSubnetGroupName', 'DBClusterIdentifier'].some((property) => r.has(property))
      ? []
      : ['it stands in the default VPC, where it gets a public address'],
  ),
  judged('publicSetting', 'AWS::S3::Bucket', (r) =>
    r.has('PublicAccessBlockConfiguration') ? [] : ['nothing in the template blocks public access to it'],
  ),
  judged('publicSetting', 'AWS::Transfer::Server', (r) =>
    ['VPC', 'VPC_ENDPOINT'].includes(String(r.property('EndpointType'))) ? [] : ['its endpoint is public'],
  ),
  judged(
    'publicSetting',
    ['AWS::ElasticLoadBalancingV2::LoadBalancer', 'AWS::ElasticLoadBalancing::LoadBalancer'],
    (r) => (r.property('Scheme') === 'internal' ? [] : ['it faces the Internet']),
  ),
  // Whoever sends all that is logged to another account hands it over as a whole:
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CrossAccountSubscriptions.html
  judged('foreignAccount', ['AWS::Logs::SubscriptionFilter', 'AWS::Logs::AccountPolicy'], (r, _set, own) =>
    accountsIn(JSON.stringify([r.property('DestinationArn') ?? r.property('PolicyDocument') ?? '']))
      .filter((account) => !own.has(account))
      .map((account) => `account ${account}, if it is not your own, gets what is logged`),
  ),
];
