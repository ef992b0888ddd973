import { ModelError } from '../model/errors';
import type { Resource } from '../model/resource';
import type { TemplateSet } from '../model/template-set';
import { type AddressBlock, parseBlock } from './addresses';
import { serviceOfPrefixList } from './managed-prefix-lists';

export interface Subnet {
  readonly path: string;
  readonly vpc: string;
  readonly zone: string;
  /** Its IPv4 block, and for a dual-stack subnet the whole of IPv6: AWS picks the real one at deployment. */
  readonly blocks: readonly AddressBlock[];
  readonly networkAcl: string;
  readonly routes: readonly Route[];
  readonly routeTable: string | undefined;
}

export interface Route {
  readonly path: string;
  readonly destinations: readonly AddressBlock[];
  readonly target: string;
  readonly targetKind: string;
}

export interface Vpc {
  readonly path: string;
  readonly blocks: readonly AddressBlock[];
}

/** Where a route may lead besides the VPC itself; endpoints of gateways make theirs without one. */
export const ROUTE_TARGETS = [
  'GatewayId',
  'NatGatewayId',
  'EgressOnlyInternetGatewayId',
  'TransitGatewayId',
  'VpcPeeringConnectionId',
  'VpcEndpointId',
  'NetworkInterfaceId',
  'InstanceId',
  'CarrierGatewayId',
  'LocalGatewayId',
  'CoreNetworkArn',
] as const;

function routeDestinations(set: TemplateSet, route: Resource): AddressBlock[] {
  const blocks = ['DestinationCidrBlock', 'DestinationIpv6CidrBlock'].filter((name) => route.has(name));
  if (blocks.length > 0) return blocks.map((name) => parseBlock(route.text(name), route.path));
  const id = route.text('DestinationPrefixListId');
  if (serviceOfPrefixList(id, route.region) !== undefined) return [parseBlock('0.0.0.0/0', route.path)];
  const list = set.at(id);
  if (list?.type !== 'AWS::EC2::PrefixList') {
    throw new ModelError(
      'unresolved-reference',
      route.path,
      `the prefix list ${id} is not known to the model`,
    );
  }
  return list.objects('Entries').map((entry) => parseBlock(String(entry['Cidr']), list.path));
}

function readRoute(set: TemplateSet, route: Resource): Route {
  const kind = ROUTE_TARGETS.find((name) => route.has(name));
  if (kind === undefined)
    throw new ModelError('malformed-value', route.path, 'a route without a known target');
  return {
    path: route.path,
    destinations: routeDestinations(set, route),
    target: route.text(kind),
    targetKind: set.at(route.text(kind))?.type ?? kind,
  };
}

/** Whatever AWS picks at deployment may be anything of its family. */
export const ANY_OF_FAMILY: ReadonlySet<string> = new Set(['0.0.0.0/0', '::/0']);

const addedBlock = (block: Resource): string =>
  block.optionalText('CidrBlock') ??
  block.optionalText('Ipv6CidrBlock') ??
  (block.has('Ipv4IpamPoolId') ? '0.0.0.0/0' : '::/0');

/** VPCs by path, with every block of addresses added to them. */
export function readVpcs(set: TemplateSet): Map<string, Vpc> {
  const extra = set.resources('AWS::EC2::VPCCidrBlock');
  return new Map(
    set.resources('AWS::EC2::VPC').map((vpc) => {
      const added = extra
        .filter((block) => block.text('VpcId') === vpc.path)
        .map((block) => parseBlock(addedBlock(block), block.path));
      return [vpc.path, { path: vpc.path, blocks: [parseBlock(vpc.text('CidrBlock'), vpc.path), ...added] }];
    }),
  );
}

const associated = (set: TemplateSet, type: string, subnet: string, property: string): string | undefined =>
  set
    .resources(type)
    .find((association) => association.text('SubnetId') === subnet)
    ?.text(property);

/**
 * Subnets by path. One without a route table of its own has the main table, which holds only the local route; one
 * without a network ACL of its own has the VPC's default list.
 */
export function readSubnets(set: TemplateSet): Map<string, Subnet> {
  return new Map(
    set.resources('AWS::EC2::Subnet').map((subnet) => {
      const routeTable = associated(
        set,
        'AWS::EC2::SubnetRouteTableAssociation',
        subnet.path,
        'RouteTableId',
      );
      const dualStack =
        subnet.has('Ipv6CidrBlock') || subnet.has('Ipv6Native') || subnet.has('AssignIpv6AddressOnCreation');
      return [
        subnet.path,
        {
          path: subnet.path,
          vpc: subnet.text('VpcId'),
          zone: subnet.text('AvailabilityZone'),
          blocks: [
            parseBlock(subnet.text('CidrBlock'), subnet.path),
            ...(dualStack ? [parseBlock('::/0', subnet.path)] : []),
          ],
          networkAcl:
            associated(set, 'AWS::EC2::SubnetNetworkAclAssociation', subnet.path, 'NetworkAclId') ??
            `${subnet.text('VpcId')}/default-network-acl`,
          routeTable,
          routes: set
            .resources('AWS::EC2::Route')
            .filter((route) => route.text('RouteTableId') === routeTable)
            .map((route) => readRoute(set, route)),
        },
      ];
    }),
  );
}
