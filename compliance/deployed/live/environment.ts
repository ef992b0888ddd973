import {
  DescribeDhcpOptionsCommand,
  DescribeEgressOnlyInternetGatewaysCommand,
  DescribeFlowLogsCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcPeeringConnectionsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { KMSClient, ListGrantsCommand } from '@aws-sdk/client-kms';
import { callsOf } from '../../../tools/aws/read-call';
import { each, type LiveCheck, named, ofType } from '../aspect';
import { allPages } from '../ask';
import { ACCESS, EXPOSURE } from '../controls';

const ec2 = callsOf(EC2Client, 'ec2');
const internetGateways = ec2(DescribeInternetGatewaysCommand);
const egressGateways = ec2(DescribeEgressOnlyInternetGatewaysCommand);
const natGateways = ec2(DescribeNatGatewaysCommand);
const peerings = ec2(DescribeVpcPeeringConnectionsCommand);
const endpoints = ec2(DescribeVpcEndpointsCommand);
const groups = ec2(DescribeSecurityGroupsCommand);
const interfaces = ec2(DescribeNetworkInterfacesCommand);
const vpcs = ec2(DescribeVpcsCommand);
const dhcpOptions = ec2(DescribeDhcpOptionsCommand);
const flowLogs = ec2(DescribeFlowLogsCommand);
const listGrants = callsOf(KMSClient, 'kms')(ListGrantsCommand);

/**
 * What stands in a network that has functions and endpoints only; whatever else does is a machine of somebody.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterface.html
 */
const INTERFACES_OF_OURS = new Set(['lambda', 'vpc_endpoint']);
/** The network's own resolver, at which the DNS firewall stands. */
const OWN_RESOLVER = 'AmazonProvidedDNS';

/** What somebody put beside the evaluated resources: no template knows it, so no comparison with one finds it. */
export const ENVIRONMENT_CHECKS: readonly LiveCheck[] = [
  {
    rule: 'network-no-way-out',
    title:
      'The network has no gateway, peering, endpoint, group, flow log or machine but those of the templates, asks its own resolver, and its default group is closed.',
    controls: EXPOSURE,
    remedy: 'Find in CloudTrail who made it, and remove it.',
    calls: [
      ...[internetGateways, egressGateways, natGateways, peerings, endpoints, groups],
      ...[interfaces, vpcs, dhcpOptions, flowLogs],
    ],
    look: (ask, region) =>
      each(ofType(region, 'AWS::EC2::VPC'), async (vpc) => {
        const id = vpc.physicalId;
        const attached = (Name: string) => [{ Name, Values: [id] }];
        const igw = await ask(internetGateways, { Filters: attached('attachment.vpc-id') });
        const egress = await ask(egressGateways, {});
        const nat = await ask(natGateways, { Filter: attached('vpc-id') });
        const peered = await ask(peerings, {});
        const all = await ask(endpoints, { Filters: attached('vpc-id') });
        const ours = new Set(ofType(region, 'AWS::EC2::VPCEndpoint').map(({ physicalId }) => physicalId));
        const { SecurityGroups = [] } = await ask(groups, { Filters: attached('vpc-id') });
        const standard = SecurityGroups.find(
          ({ GroupName, VpcId }) => GroupName === 'default' && VpcId === id,
        );
        const isOpen =
          (standard?.IpPermissions?.length ?? 0) + (standard?.IpPermissionsEgress?.length ?? 0) > 0;
        const standing = await allPages(
          (NextToken) => ask(interfaces, { Filters: attached('vpc-id'), NextToken }),
          ({ NetworkInterfaces }) => NetworkInterfaces,
          ({ NextToken }) => NextToken,
        );
        const logged = await allPages(
          (NextToken) => ask(flowLogs, { Filter: attached('resource-id'), NextToken }),
          ({ FlowLogs }) => FlowLogs,
          ({ NextToken }) => NextToken,
        );
        const ourLogs = ofType(region, 'AWS::EC2::FlowLog').map(({ physicalId }) => physicalId);
        const DhcpOptionsId = (await ask(vpcs, { VpcIds: [id] })).Vpcs?.[0]?.DhcpOptionsId;
        const { DhcpOptions: options = [] } =
          DhcpOptionsId === undefined || DhcpOptionsId === 'default'
            ? { DhcpOptions: [] }
            : await ask(dhcpOptions, { DhcpOptionsIds: [DhcpOptionsId] });
        const resolvers = options
          .flatMap(({ DhcpConfigurations = [] }) => DhcpConfigurations)
          .filter(({ Key }) => Key === 'domain-name-servers')
          .flatMap(({ Values = [] }) => Values.map(({ Value }) => Value ?? ''));
        const evaluated = new Set(
          ofType(region, 'AWS::EC2::SecurityGroup').map(({ physicalId }) => physicalId),
        );
        return {
          ...named(vpc),
          problems: [
            ...(igw.InternetGateways ?? []).map(
              ({ InternetGatewayId = '' }) => `internet gateway ${InternetGatewayId}`,
            ),
            ...(egress.EgressOnlyInternetGateways ?? [])
              .filter(({ Attachments = [] }) => Attachments.some(({ VpcId }) => VpcId === id))
              .map(
                ({ EgressOnlyInternetGatewayId = '' }) =>
                  `egress-only gateway ${EgressOnlyInternetGatewayId}`,
              ),
            ...(nat.NatGateways ?? [])
              .filter(({ State, VpcId }) => State !== 'deleted' && VpcId === id)
              .map(({ NatGatewayId = '' }) => `NAT gateway ${NatGatewayId}`),
            ...(peered.VpcPeeringConnections ?? [])
              .filter(
                ({ AccepterVpcInfo, RequesterVpcInfo, Status }) =>
                  [AccepterVpcInfo?.VpcId, RequesterVpcInfo?.VpcId].includes(id) && Status?.Code === 'active',
              )
              .map(({ VpcPeeringConnectionId = '' }) => `peering ${VpcPeeringConnectionId}`),
            ...(all.VpcEndpoints ?? [])
              .filter(({ VpcEndpointId = '', VpcId }) => VpcId === id && !ours.has(VpcEndpointId))
              .map(
                ({ VpcEndpointId = '', ServiceName = '' }) =>
                  `endpoint ${VpcEndpointId} of ${ServiceName}, which no template has`,
              ),
            ...SecurityGroups.filter(
              ({ GroupId = '', GroupName, VpcId }) =>
                VpcId === id && GroupName !== 'default' && !evaluated.has(GroupId),
            ).map(
              ({ GroupId = '', GroupName = '' }) => `group ${GroupId} (${GroupName}), which no template has`,
            ),
            ...standing
              .filter(
                ({ InterfaceType = '', VpcId, Association }) =>
                  VpcId === id &&
                  (!INTERFACES_OF_OURS.has(InterfaceType) || Association?.PublicIp !== undefined),
              )
              .map(
                ({ NetworkInterfaceId = '', InterfaceType = '', Description = '' }) =>
                  `${InterfaceType} ${NetworkInterfaceId} (${Description}), which is of no function and no endpoint or has a public address`,
              ),
            ...logged
              .filter(({ FlowLogId = '', ResourceId }) => ResourceId === id && !ourLogs.includes(FlowLogId))
              .map(
                ({ FlowLogId = '', LogDestination, LogGroupName }) =>
                  `flow log ${FlowLogId} to ${LogDestination ?? LogGroupName ?? ''}, which no template has`,
              ),
            ...resolvers
              .filter((server) => server !== OWN_RESOLVER)
              .map((server) => `names are asked of ${server}, past the DNS firewall`),
            ...(isOpen ? [`the default group ${standard?.GroupId ?? ''} has rules`] : []),
          ],
          seen: `${ours.size} endpoints, all of them of the templates; no gateway and no peering; the default group is closed`,
        };
      }),
  },
  {
    rule: 'key-grants',
    title: 'Nobody but AWS services and roles of the templates uses a key by a grant.',
    controls: ACCESS,
    remedy: 'Find in CloudTrail who made the grant (CreateGrant), and revoke it.',
    calls: [listGrants],
    look: (ask, region) =>
      each(ofType(region, 'AWS::KMS::Key'), async (key) => {
        const all = await allPages(
          (Marker) => ask(listGrants, { KeyId: key.physicalId, Marker }),
          ({ Grants }) => Grants,
          ({ Truncated, NextMarker }) => (Truncated === true ? NextMarker : undefined),
        );
        // Each of its own account: another account may have a role of the same name.
        const roles = region.everywhere
          .filter(({ type }) => type === 'AWS::IAM::Role')
          .map(({ physicalId, place: { account } }) => ({ physicalId, account }));
        const accounts = new Set(region.everywhere.map(({ place: { account } }) => account));
        const isOurs = (principal: string): boolean => {
          if (/^[a-z0-9.-]+\.amazonaws\.com$/.test(principal)) return true;
          const [, account = '', what = ''] = /^arn:aws:(?:iam|sts)::(\d{12}):(.+)$/.exec(principal) ?? [];
          return (
            (accounts.has(account) && what.startsWith('role/aws-service-role/')) ||
            roles.some(
              (role) =>
                role.account === account &&
                (what === `role/${role.physicalId}` || what.startsWith(`assumed-role/${role.physicalId}/`)),
            )
          );
        };
        return {
          ...named(key),
          problems: all
            .filter(({ GranteePrincipal = '' }) => !isOurs(GranteePrincipal))
            .map(
              ({ GrantId = '', GranteePrincipal = '', Operations = [] }) =>
                `grant ${GrantId} lets ${GranteePrincipal} ${Operations.join(', ')}`,
            ),
          seen: `${all.length} grants, to AWS services and roles of the templates`,
        };
      }),
  },
];
