import { Tags } from 'aws-cdk-lib';
import type { CfnVPCEndpoint } from 'aws-cdk-lib/aws-ec2';
import {
  CfnSecurityGroup,
  GatewayVpcEndpoint,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  SecurityGroup,
  SubnetType,
  type IVpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { Names } from '../../names';
import { endpointPolicy } from './endpoint-policies';
import {
  callersOf,
  type EndpointService,
  GATEWAY_ENDPOINT_SERVICES,
  type GatewayService,
  INTERFACE_ENDPOINT_SERVICES,
  type InterfaceService,
} from '../../network/services';
import { DENY_ALL_EGRESS } from './security-group-rules';

export interface ServiceEndpointsProps {
  readonly names: Names;
  readonly vpc: IVpc;
}

const constructId = (service: EndpointService): string =>
  service
    .split('-')
    .map((part) => `${part[0]?.toUpperCase() ?? ''}${part.slice(1)}`)
    .join('');

/**
 * One endpoint for each service that the functions call and none besides, each with a policy of its own and, where it
 * has a network interface, a security group of its own (NIST SC-7, AC-4).
 * https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
 */
export class ServiceEndpoints extends Construct {
  /** Security group ids of the interface endpoints. */
  readonly groupIds: Readonly<Partial<Record<InterfaceService, string>>>;
  private readonly ids = new Map<EndpointService, string>();

  constructor(scope: Construct, id: string, props: ServiceEndpointsProps) {
    super(scope, id);
    for (const service of GATEWAY_ENDPOINT_SERVICES.filter((candidate) => callersOf(candidate).length > 0)) {
      this.gateway(service, props);
    }
    this.groupIds = Object.fromEntries(
      INTERFACE_ENDPOINT_SERVICES.filter((candidate) => callersOf(candidate).length > 0).map((service) => [
        service,
        this.interface(service, props),
      ]),
    );
  }

  /**
   * The endpoint's id, for the conditions of the data perimeter.
   * @throws Error when no function calls the service, and so no endpoint exists.
   */
  endpointId(service: EndpointService): string {
    const found = this.ids.get(service);
    if (found === undefined) throw new Error(`No function calls ${service}, so it has no endpoint.`);
    return found;
  }

  private gateway(service: GatewayService, { names, vpc }: ServiceEndpointsProps): void {
    const endpoint = new GatewayVpcEndpoint(this, constructId(service), {
      vpc,
      service: new GatewayVpcEndpointAwsService(service),
      subnets: [{ subnetType: SubnetType.PRIVATE_ISOLATED }],
    });
    this.finish(endpoint.node.defaultChild as CfnVPCEndpoint, service, names);
  }

  private interface(service: InterfaceService, { names, vpc }: ServiceEndpointsProps): string {
    const name = constructId(service);
    const group = new CfnSecurityGroup(this, `${name}Group`, {
      vpcId: vpc.vpcId,
      groupName: names.of(`endpoint-${service}`),
      groupDescription: `Endpoint ${service}: reached by its callers on 443, reaches nothing`,
      securityGroupEgress: [DENY_ALL_EGRESS],
    });
    const endpoint = new InterfaceVpcEndpoint(this, name, {
      vpc,
      service: new InterfaceVpcEndpointAwsService(service),
      privateDnsEnabled: true,
      open: false,
      subnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      securityGroups: [
        SecurityGroup.fromSecurityGroupId(this, `${name}GroupReference`, group.attrGroupId, {
          mutable: false,
        }),
      ],
    });
    this.finish(endpoint.node.defaultChild as CfnVPCEndpoint, service, names);
    return group.attrGroupId;
  }

  private finish(endpoint: CfnVPCEndpoint, service: EndpointService, names: Names): void {
    endpoint.policyDocument = endpointPolicy(service, names);
    this.ids.set(service, endpoint.ref);
    Tags.of(endpoint).add('Name', names.of(`endpoint-${service}`));
  }
}
