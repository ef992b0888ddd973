import {
  DescribeEgressOnlyInternetGatewaysCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcPeeringConnectionsCommand,
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
const listGrants = callsOf(KMSClient, 'kms')(ListGrantsCommand);

/** What somebody put beside the judged resources: no template knows it, so no comparison with one finds it. */
export const ENVIRONMENT_CHECKS: readonly LiveCheck[] = [
  {
    rule: 'network-no-way-out',
    title:
      'The network has no gateway, peering or endpoint but the judged ones, and its default group is closed.',
    controls: EXPOSURE,
    remedy: 'Find in CloudTrail who made it, and remove it.',
    calls: [internetGateways, egressGateways, natGateways, peerings, endpoints, groups],
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
        const judged = new Set(ofType(region, 'AWS::EC2::SecurityGroup').map(({ physicalId }) => physicalId));
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
                  `endpoint ${VpcEndpointId} of ${ServiceName}, which was not judged`,
              ),
            ...SecurityGroups.filter(
              ({ GroupId = '', GroupName, VpcId }) =>
                VpcId === id && GroupName !== 'default' && !judged.has(GroupId),
            ).map(
              ({ GroupId = '', GroupName = '' }) => `group ${GroupId} (${GroupName}), which was not judged`,
            ),
            ...(isOpen ? [`the default group ${standard?.GroupId ?? ''} has rules`] : []),
          ],
          seen: `${ours.size} endpoints, all of them judged; no gateway and no peering; the default group is closed`,
        };
      }),
  },
  {
    rule: 'key-grants',
    title: 'Nobody but AWS services and the judged roles uses a key by a grant.',
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
        const roles = region.everywhere
          .filter(({ type }) => type === 'AWS::IAM::Role')
          .map(({ physicalId }) => physicalId);
        const isOurs = (principal: string): boolean =>
          principal.endsWith('.amazonaws.com') ||
          principal.includes(':role/aws-service-role/') ||
          roles.some(
            (role) => principal.endsWith(`:role/${role}`) || principal.includes(`:assumed-role/${role}/`),
          );
        return {
          ...named(key),
          problems: all
            .filter(({ GranteePrincipal = '' }) => !isOurs(GranteePrincipal))
            .map(
              ({ GrantId = '', GranteePrincipal = '', Operations = [] }) =>
                `grant ${GrantId} lets ${GranteePrincipal} ${Operations.join(', ')}`,
            ),
          seen: `${all.length} grants, to AWS services and judged roles`,
        };
      }),
  },
];
