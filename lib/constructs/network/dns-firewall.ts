import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import {
  CfnFirewallDomainList,
  CfnFirewallRuleGroup,
  CfnFirewallRuleGroupAssociation,
} from 'aws-cdk-lib/aws-route53resolver';
import { Construct } from 'constructs';
import type { Names } from '../../names';
import {
  callersOf,
  GATEWAY_ENDPOINT_SERVICES,
  INTERFACE_ENDPOINT_SERVICES,
  serviceDefinition,
} from '../../network/services';

export interface DnsFirewallProps {
  readonly names: Names;
  readonly vpc: IVpc;
  /** Guard the association against removal; for stages with termination protection. */
  readonly mutationProtection: boolean;
}

/**
 * DNS is the one way out of an isolated subnet, so only the names of our endpoints resolve. The firewall inspects CNAME
 * chains; what AWS's own names redirect to is trusted.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall.html
 */
export class DnsFirewall extends Construct {
  constructor(scope: Construct, id: string, { names, vpc, mutationProtection }: DnsFirewallProps) {
    super(scope, id);
    const services = [...GATEWAY_ENDPOINT_SERVICES, ...INTERFACE_ENDPOINT_SERVICES].filter(
      (service) => callersOf(service).length > 0,
    );
    const allowed = new CfnFirewallDomainList(this, 'EndpointNames', {
      name: names.of('endpoint-names'),
      domains: [
        ...services.map((service) => `${service}.${names.region}.amazonaws.com`),
        ...services.flatMap((service) => serviceDefinition(service).hosts?.(names) ?? []),
      ],
    });
    const everything = new CfnFirewallDomainList(this, 'EveryName', {
      name: names.of('every-name'),
      domains: ['*'],
    });
    const group = new CfnFirewallRuleGroup(this, 'Rules', {
      name: names.of('dns-firewall'),
      firewallRules: [
        {
          priority: 100,
          action: 'ALLOW',
          firewallDomainListId: allowed.attrId,
          firewallDomainRedirectionAction: 'TRUST_REDIRECTION_DOMAIN',
        },
        {
          priority: 200,
          action: 'BLOCK',
          blockResponse: 'NXDOMAIN',
          firewallDomainListId: everything.attrId,
        },
      ],
    });
    new CfnFirewallRuleGroupAssociation(this, 'Association', {
      name: names.of('dns-firewall'),
      firewallRuleGroupId: group.attrId,
      vpcId: vpc.vpcId,
      priority: 101,
      mutationProtection: mutationProtection ? 'ENABLED' : 'DISABLED',
    });
  }
}
