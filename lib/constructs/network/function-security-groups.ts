import { CfnSecurityGroup, CfnSecurityGroupIngress, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { FUNCTION_IDS, type FunctionId } from '../../../lambda/functions';
import type { Names } from '../../names';
import {
  type EndpointService,
  endpointServicesOf,
  GATEWAY_ENDPOINT_SERVICES,
  type GatewayService,
  gatewayPrefixList,
  type InterfaceService,
} from '../../network/services';
import { DENY_ALL_EGRESS, HTTPS } from './security-group-rules';

export interface FunctionSecurityGroupsProps {
  readonly names: Names;
  readonly vpc: IVpc;
  /** Group ids of the interface endpoints. */
  readonly endpointGroupIds: Readonly<Partial<Record<InterfaceService, string>>>;
}

const isGateway = (service: EndpointService): service is GatewayService =>
  GATEWAY_ENDPOINT_SERVICES.some((gateway) => gateway === service);

/**
 * One group for each function: out to the endpoints that its declared calls go through on 443, nothing else, nothing in.
 * The matching ingress of the endpoints' groups is made here, so that both sides come from one list.
 */
export class FunctionSecurityGroups extends Construct {
  readonly ids: Readonly<Record<FunctionId, string>>;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: FunctionSecurityGroupsProps,
  ) {
    super(scope, id);
    this.ids = Object.fromEntries(FUNCTION_IDS.map((fn) => [fn, this.group(fn)])) as Record<
      FunctionId,
      string
    >;
  }

  private group(fn: FunctionId): string {
    const { names, vpc } = this.props;
    const name = `${fn[0]?.toUpperCase() ?? ''}${fn.slice(1)}`;
    const services = endpointServicesOf(fn);
    const egress = services.map((service) => this.egressTo(service));
    const group = new CfnSecurityGroup(this, name, {
      vpcId: vpc.vpcId,
      groupName: names.function(fn),
      groupDescription: `Function ${names.function(fn)}: reaches the endpoints it calls, nothing reaches it`,
      securityGroupEgress: egress.length > 0 ? egress : [DENY_ALL_EGRESS],
    });
    for (const service of services) this.admit(group, name, service);
    return group.attrGroupId;
  }

  private egressTo(service: EndpointService): CfnSecurityGroup.EgressProperty {
    const description = `Endpoint ${service}`;
    return isGateway(service)
      ? {
          ...HTTPS,
          description,
          destinationPrefixListId: gatewayPrefixList(this.props.names.region, service),
        }
      : { ...HTTPS, description, destinationSecurityGroupId: this.endpointGroupId(service) };
  }

  private admit(group: CfnSecurityGroup, name: string, service: EndpointService): void {
    if (isGateway(service)) return;
    new CfnSecurityGroupIngress(this, `${name}To${service.replace('-', '')}`, {
      ...HTTPS,
      groupId: this.endpointGroupId(service),
      sourceSecurityGroupId: group.attrGroupId,
      description: `From ${group.groupName ?? name}`,
    });
  }

  private endpointGroupId(service: InterfaceService): string {
    const id = this.props.endpointGroupIds[service];
    if (id === undefined) throw new Error(`The endpoint of ${service} has no security group.`);
    return id;
  }
}
