import type { ProofRule } from '../proof-rows';

const ACCEPT =
  'If the change is intended, run `npm run compliance -- accept-proofs` and have the diff reviewed.';
const SEPARATION = ['NIST-800-53-R5:sc-7', 'NIST-800-53-R5:ac-4', 'PCI-4.0:1.4.4', 'SOC2:cc_6_6'];

/** What the network proof claims, one rule each; the gate pins their number. */
export const NETWORK_RULES = {
  modelled: {
    id: 'network-types-modelled',
    title: 'Every resource that bears on the network is one that the model understands.',
    controls: SEPARATION,
    remedy: 'Extend compliance/rules/proofs/network so that it models the type, or do without it.',
  },
  noWayOut: {
    id: 'network-no-way-out',
    title: 'The VPC has no gateway, peering, VPN or public address.',
    controls: SEPARATION,
    remedy: 'Remove the resource: functions reach AWS through VPC endpoints only.',
  },
  inVpc: {
    id: 'network-function-in-vpc',
    title: 'Every function runs in the isolated subnets.',
    controls: SEPARATION,
    remedy: 'Make the function with the function construct, which places it in the VPC.',
  },
  onlyDeclared: {
    id: 'network-reaches-only-declared',
    title: 'A function can reach the services that its code calls, on TCP 443, and nothing else.',
    controls: [...SEPARATION, 'NIST-800-53-R5:ac-6', 'HIPAA:164_312_e_1'],
    remedy:
      'Narrow the rule, route or endpoint that the message names, or declare the call in the function’s definition (lambda/functions.ts).',
  },
  reachesNeeded: {
    id: 'network-reaches-needed',
    title: 'A function can surely reach every service that its code calls, from each of its subnets.',
    controls: ['NIST-800-53-R5:sc-7', 'SOC2:a_1_2'],
    remedy: 'Restore the security-group rule, route or endpoint on the way.',
  },
  egressLimited: {
    id: 'network-egress-limited',
    title: 'A function in a VPC reaches the internet by HTTPS at most.',
    controls: SEPARATION,
    remedy:
      'Name TCP 443 and its destinations in the egress rules of the security group that the message names.',
  },
  endpointSound: {
    id: 'network-endpoint-sound',
    title: 'A VPC endpoint stands in the subnets of its VPC, answers to the service name, and has a policy.',
    controls: SEPARATION,
    remedy:
      'Place the endpoint in the isolated subnets of every zone, with private DNS and a policy of its own.',
  },
  endpointNeeded: {
    id: 'network-endpoint-needed',
    title: 'There is no VPC endpoint that no code calls.',
    controls: ['NIST-800-53-R5:cm-7', 'PCI-4.0:2.2.4'],
    remedy:
      'Remove the endpoint, or declare the call that needs it in a function’s definition (lambda/functions.ts).',
  },
  groupClosed: {
    id: 'network-group-closed',
    title:
      'Every security-group rule names another group or a service, never a block of addresses, on HTTPS only.',
    controls: [...SEPARATION, 'PCI-4.0:1.3.1'],
    remedy: 'Name the group of the endpoint instead, and pin the null rule where no egress is wanted.',
  },
  namesClosed: {
    id: 'network-names-closed',
    title: 'The VPC resolves the names of its endpoints and no others.',
    controls: ['NIST-800-53-R5:sc-7', 'NIST-800-53-R5:sc-7(10)', 'PCI-4.0:1.4.4'],
    remedy: 'Keep the resolver firewall associated, its last rule a block of every name.',
  },
  reviewed: {
    id: 'network-result-reviewed',
    title: 'What each function can reach is what was reviewed.',
    controls: ['NIST-800-53-R5:cm-3', 'SOC2:cc_8_1'],
    remedy: ACCEPT,
  },
} as const satisfies Record<string, ProofRule>;
