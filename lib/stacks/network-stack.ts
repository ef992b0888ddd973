import { Tags } from 'aws-cdk-lib';
import { type IVpc, IpAddresses, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { LogDeliveryPolicy } from '../constructs/logging/log-delivery-policy';
import { DnsFirewall } from '../constructs/network/dns-firewall';
import type { EndpointService } from '../network/services';
import { FunctionSecurityGroups } from '../constructs/network/function-security-groups';
import { NetworkLogs } from '../constructs/network/network-logs';
import { ServiceEndpoints } from '../constructs/network/service-endpoints';
import type { FunctionId } from '../../lambda/functions';
import type { BaseStackProps, FunctionNetwork, StageKeys } from '../stage-context';
import { StageStack } from './stage-stack';

export interface NetworkStackProps extends BaseStackProps {
  /** Keys that another stage exports are imported into this stack, the first of an application. */
  readonly keysIn: (scope: Construct) => StageKeys;
}

/** Isolated subnets and the endpoints of the services that the functions call: no way in, no other way out. */
export class NetworkStack extends StageStack implements FunctionNetwork {
  readonly keys: StageKeys;
  readonly vpc: IVpc;
  readonly functionGroupIds: Readonly<Record<FunctionId, string>>;
  private readonly endpoints: ServiceEndpoints;

  constructor(scope: Construct, id: string, props: NetworkStackProps) {
    super(
      scope,
      id,
      props,
      'Isolated network of the functions: endpoints, groups, DNS firewall, flow and DNS logs',
    );
    const { names, config } = props;
    this.keys = props.keysIn(this);
    // Nothing is attached to the default group. Closing it takes a custom-resource function, which we do not have: an
    // AWS Config rule watches it and its remediation closes it.
    this.vpc = new Vpc(this, 'Vpc', {
      vpcName: names.of('vpc'),
      ipAddresses: IpAddresses.cidr('10.64.0.0/20'),
      createInternetGateway: false,
      natGateways: 0,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [{ name: 'functions', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 }],
      // The class is looser than its interface under exactOptionalPropertyTypes.
    }) as IVpc;
    // Above CDK's own, which is the construct's path.
    this.vpc.isolatedSubnets.forEach((subnet, index) =>
      Tags.of(subnet).add('Name', names.of(`functions-${index + 1}`), { priority: 200 }),
    );
    this.endpoints = new ServiceEndpoints(this, 'Endpoints', { names, vpc: this.vpc });
    this.functionGroupIds = new FunctionSecurityGroups(this, 'FunctionGroups', {
      names,
      vpc: this.vpc,
      endpointGroupIds: this.endpoints.groupIds,
    }).ids;
    new DnsFirewall(this, 'DnsFirewall', {
      names,
      vpc: this.vpc,
      mutationProtection: config.features.terminationProtection,
    });
    const logDelivery = new LogDeliveryPolicy(this, 'LogDelivery', { names });
    new NetworkLogs(this, 'Logs', { config, names, keys: this.keys, vpc: this.vpc, logDelivery });
  }

  endpointId(service: EndpointService): string {
    return this.endpoints.endpointId(service);
  }
}
