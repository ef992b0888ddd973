import {
  DescribeFlowLogsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  EC2Client,
  type IpPermission,
} from '@aws-sdk/client-ec2';
import { callsOf } from '../../../tools/aws/read-call';
import { type Aspect, besides, type ExpectedResource } from '../aspect';
import { undefinedWhenMissing } from '../ask';
import { canonicalPolicy } from '../compare';
import { ACCESS, EXPOSURE, LOGGING } from '../controls';

const ec2 = callsOf(EC2Client, 'ec2');
const describeGroups = ec2(DescribeSecurityGroupsCommand);
const describeEndpoints = ec2(DescribeVpcEndpointsCommand);
const describeRouteTables = ec2(DescribeRouteTablesCommand);
const describeSubnets = ec2(DescribeSubnetsCommand);
const describeVpcs = ec2(DescribeVpcsCommand);
const describeVpcAttribute = ec2(DescribeVpcAttributeCommand);
const describeFlowLogs = ec2(DescribeFlowLogsCommand);

type Rule = Readonly<Record<string, unknown>>;

/** One text for a rule: protocol, ports, and who is at the other end. */
const ruleText = (protocol: unknown, from: unknown, to: unknown, peer: unknown): string =>
  // Rules for every protocol know no ports, whatever was written.
  String(protocol) === '-1'
    ? `-1 ${String(peer)}`
    : `${String(protocol)} ${String(from)}-${String(to)} ${String(peer)}`;

const PEERS = [
  'CidrIp',
  'CidrIpv6',
  'SourcePrefixListId',
  'DestinationPrefixListId',
  'SourceSecurityGroupId',
  'DestinationSecurityGroupId',
];
const templateRule = (rule: Rule): string =>
  ruleText(
    rule['IpProtocol'],
    rule['FromPort'],
    rule['ToPort'],
    PEERS.map((peer) => rule[peer]).find((peer) => peer !== undefined),
  );

const foundRules = (permissions: readonly IpPermission[] = []): string[] =>
  permissions.flatMap((permission) => {
    const peers = [
      ...(permission.IpRanges ?? []).map(({ CidrIp }) => CidrIp),
      ...(permission.Ipv6Ranges ?? []).map(({ CidrIpv6 }) => CidrIpv6),
      ...(permission.PrefixListIds ?? []).map(({ PrefixListId }) => PrefixListId),
      ...(permission.UserIdGroupPairs ?? []).map(({ GroupId }) => GroupId),
    ];
    return peers.map((peer) => ruleText(permission.IpProtocol, permission.FromPort, permission.ToPort, peer));
  });

const ownRules = ({ properties }: ExpectedResource, name: string): Rule[] =>
  (properties[name] ?? []) as Rule[];

/** Without a rule of the template, a group lets everything out. */
const OPEN_EGRESS: Rule[] = [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }];

const GONE = [
  'InvalidGroup.NotFound',
  'InvalidVpcEndpointId.NotFound',
  'InvalidRouteTableID.NotFound',
  'InvalidSubnetID.NotFound',
  'InvalidVpcID.NotFound',
];

export const NETWORK: readonly Aspect[] = [
  {
    rule: 'security-group-rules',
    title: 'The group lets in and out what the templates say, and nothing else.',
    controls: EXPOSURE,
    types: ['AWS::EC2::SecurityGroup'],
    calls: [describeGroups],
    properties: ['Ingress', 'Egress'],
    expected: (group, region) => {
      const alone = (type: string) =>
        besides(region, type, 'GroupId', group.physicalId).map(({ properties }) => properties);
      const egress = [...ownRules(group, 'SecurityGroupEgress'), ...alone('AWS::EC2::SecurityGroupEgress')];
      return {
        Ingress: [...ownRules(group, 'SecurityGroupIngress'), ...alone('AWS::EC2::SecurityGroupIngress')].map(
          templateRule,
        ),
        Egress: (egress.length > 0 ? egress : OPEN_EGRESS).map(templateRule),
      };
    },
    read: async (ask, { physicalId }) => {
      const found = await undefinedWhenMissing(ask(describeGroups, { GroupIds: [physicalId] }), ...GONE);
      const group = found?.SecurityGroups?.[0];
      return (
        group && { Ingress: foundRules(group.IpPermissions), Egress: foundRules(group.IpPermissionsEgress) }
      );
    },
  },
  {
    rule: 'endpoint-settings',
    title:
      'The endpoint leads to the service that its template names, from its subnets and behind its groups.',
    controls: EXPOSURE,
    types: ['AWS::EC2::VPCEndpoint'],
    calls: [describeEndpoints],
    properties: [
      'ServiceName',
      'VpcEndpointType',
      'PrivateDnsEnabled',
      'SubnetIds',
      'SecurityGroupIds',
      'RouteTableIds',
      'State',
    ],
    expected: ({ properties }) => ({
      ...properties,
      VpcEndpointType: properties['VpcEndpointType'] ?? 'Gateway',
      State: 'available',
    }),
    read: async (ask, { physicalId }) => {
      const found = await undefinedWhenMissing(
        ask(describeEndpoints, { VpcEndpointIds: [physicalId] }),
        ...GONE,
      );
      const endpoint = found?.VpcEndpoints?.[0];
      return (
        endpoint && {
          ...endpoint,
          SecurityGroupIds: endpoint.Groups?.map(({ GroupId }) => GroupId),
          State: endpoint.State?.toLowerCase(),
        }
      );
    },
  },
  {
    rule: 'endpoint-policy',
    title: "The endpoint's policy is that of its template.",
    controls: ACCESS,
    types: ['AWS::EC2::VPCEndpoint'],
    calls: [describeEndpoints],
    properties: ['PolicyDocument'],
    expected: ({ properties }) => ({ PolicyDocument: canonicalPolicy(properties['PolicyDocument']) }),
    read: async (ask, { physicalId }) => {
      const found = await undefinedWhenMissing(
        ask(describeEndpoints, { VpcEndpointIds: [physicalId] }),
        ...GONE,
      );
      const endpoint = found?.VpcEndpoints?.[0];
      return endpoint && { PolicyDocument: canonicalPolicy(endpoint.PolicyDocument) };
    },
  },
  {
    rule: 'route-table-routes',
    title: 'The route table leads where the templates say, and nowhere else.',
    controls: EXPOSURE,
    types: ['AWS::EC2::RouteTable'],
    calls: [describeRouteTables],
    properties: ['Endpoints', 'Elsewhere'],
    expected: ({ physicalId }, region) => ({
      Endpoints: region.resources
        .filter(
          ({ type, properties }) =>
            type === 'AWS::EC2::VPCEndpoint' &&
            ((properties['RouteTableIds'] as string[] | undefined) ?? []).includes(physicalId),
        )
        .map((endpoint) => endpoint.physicalId),
      Elsewhere: besides(region, 'AWS::EC2::Route', 'RouteTableId', physicalId).map(({ properties }) =>
        String(properties['DestinationCidrBlock']),
      ),
    }),
    read: async (ask, { physicalId }) => {
      const found = await undefinedWhenMissing(
        ask(describeRouteTables, { RouteTableIds: [physicalId] }),
        ...GONE,
      );
      const routes = found?.RouteTables?.[0]?.Routes;
      const isEndpoint = (id: string | undefined): boolean => id?.startsWith('vpce-') === true;
      return (
        routes && {
          Endpoints: routes.flatMap(({ GatewayId }) => (isEndpoint(GatewayId) ? [GatewayId] : [])),
          Elsewhere: routes
            .filter(({ GatewayId }) => GatewayId !== 'local' && !isEndpoint(GatewayId))
            .map(({ DestinationCidrBlock, DestinationIpv6CidrBlock, DestinationPrefixListId }) =>
              String(DestinationCidrBlock ?? DestinationIpv6CidrBlock ?? DestinationPrefixListId),
            ),
        }
      );
    },
  },
  {
    rule: 'subnet-routes',
    title: 'The subnet follows the route table that its template names.',
    controls: EXPOSURE,
    types: ['AWS::EC2::SubnetRouteTableAssociation'],
    calls: [describeRouteTables],
    properties: ['RouteTableId'],
    read: async (ask, { properties }) => {
      const subnet = String(properties['SubnetId']);
      const found = await ask(describeRouteTables, {
        Filters: [{ Name: 'association.subnet-id', Values: [subnet] }],
      });
      const table = found.RouteTables?.find(({ Associations = [] }) =>
        Associations.some(({ SubnetId }) => SubnetId === subnet),
      );
      // Without one of its own it follows the network's main table.
      return { RouteTableId: table?.RouteTableId };
    },
  },
  {
    rule: 'subnet-settings',
    title: 'The subnet gives nobody a public address.',
    controls: EXPOSURE,
    types: ['AWS::EC2::Subnet'],
    calls: [describeSubnets],
    properties: ['CidrBlock', 'MapPublicIpOnLaunch', 'AvailabilityZone'],
    read: async (ask, { physicalId }) =>
      (await undefinedWhenMissing(ask(describeSubnets, { SubnetIds: [physicalId] }), ...GONE))
        ?.Subnets?.[0] as Readonly<Record<string, unknown>> | undefined,
  },
  {
    rule: 'network-settings',
    title: 'The network has the address range of its template and resolves names as it says.',
    controls: EXPOSURE,
    types: ['AWS::EC2::VPC'],
    calls: [describeVpcs, describeVpcAttribute],
    properties: ['CidrBlock', 'EnableDnsSupport', 'EnableDnsHostnames'],
    read: async (ask, { physicalId: VpcId }) => {
      const found = await undefinedWhenMissing(ask(describeVpcs, { VpcIds: [VpcId] }), ...GONE);
      const vpc = found?.Vpcs?.[0];
      if (vpc === undefined) return undefined;
      const support = await ask(describeVpcAttribute, { VpcId, Attribute: 'enableDnsSupport' });
      const hostnames = await ask(describeVpcAttribute, { VpcId, Attribute: 'enableDnsHostnames' });
      return {
        CidrBlock: vpc.CidrBlock,
        EnableDnsSupport: support.EnableDnsSupport?.Value,
        EnableDnsHostnames: hostnames.EnableDnsHostnames?.Value,
      };
    },
  },
  {
    rule: 'flow-log',
    title: 'Traffic of the network is logged where the template says, and delivered.',
    controls: LOGGING,
    types: ['AWS::EC2::FlowLog'],
    calls: [describeFlowLogs],
    properties: [
      'ResourceId',
      'TrafficType',
      'LogGroupName',
      'DeliverLogsPermissionArn',
      'MaxAggregationInterval',
      'Status',
    ],
    expected: ({ properties }) => ({ ...properties, Status: 'ACTIVE' }),
    read: async (ask, { physicalId }) => {
      const found = await ask(describeFlowLogs, { FlowLogIds: [physicalId] });
      const log = found.FlowLogs?.[0];
      return (
        log && {
          ...log,
          Status: log.DeliverLogsStatus === 'FAILED' ? log.DeliverLogsErrorMessage : log.FlowLogStatus,
        }
      );
    },
  },
];
