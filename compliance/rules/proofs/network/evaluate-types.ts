import type { TemplateSet } from '../model/template-set';
import type { ProofRows } from '../proof-rows';
import { NETWORK_RULES } from './rules';
import { networkRole, OPENING_TYPES } from './resource-types';
import { ROUTE_TARGETS } from './vpc';

/** Properties by which other services put something into a VPC. */
const PLACEMENT = ['VpcConfig', 'VPCConfig', 'VpcId', 'SubnetIds', 'NetworkConfiguration'];

/** One row for each resource that is, or may be, part of the network. */
export function evaluateTypes(rows: ProofRows, set: TemplateSet): void {
  for (const resource of set.resources()) {
    const role = networkRole(resource.type);
    const placed = PLACEMENT.filter((name) => resource.has(name));
    if (role === 'modelled') {
      rows.add(NETWORK_RULES.modelled, resource, 'compliant', 'the model reads this type');
    } else if (role === 'opening') {
      rows.add(NETWORK_RULES.noWayOut, resource, 'non-compliant', OPENING_TYPES[resource.type] ?? '');
    } else if (role === 'unknown') {
      const message = `${resource.type} is unknown to the network model; it may be a way out`;
      rows.add(NETWORK_RULES.modelled, resource, 'non-compliant', message);
    } else if (placed.length > 0 && resource.type !== 'AWS::Lambda::Function') {
      const message = `${resource.type} places something in a VPC (${placed.join(', ')}) that the model does not follow`;
      rows.add(NETWORK_RULES.modelled, resource, 'non-compliant', message);
    }
  }
  for (const route of set.resources('AWS::EC2::Route')) {
    const targets = ROUTE_TARGETS.filter((name) => route.has(name));
    const message = `it leads out of the VPC (${targets.join(', ') || 'to a target that the model does not know'})`;
    rows.add(NETWORK_RULES.noWayOut, route, 'non-compliant', message);
  }
  for (const subnet of set.resources('AWS::EC2::Subnet')) {
    // What cannot be read might be true.
    const property = subnet.raw.Properties?.['MapPublicIpOnLaunch'] ?? false;
    const gives = property !== false && property !== 'false';
    const message = gives
      ? 'it gives public addresses to what starts in it'
      : 'no public address is given out';
    rows.add(NETWORK_RULES.noWayOut, subnet, gives ? 'non-compliant' : 'compliant', message);
  }
}
