import type { ProofRule } from '../proofs/proof-rows';

const LEAST = ['NIST-800-53-R5:ac-6', 'NIST-800-53-R5:ac-3', 'PCI-4.0:7.2.2', 'SOC2:cc_6_3'];
const WORKS = ['NIST-800-53-R5:ac-3', 'NIST-800-53-R5:si-4', 'SOC2:a_1_2', 'SOC2:cc_7_2'];
const OTHERS = ['NIST-800-53-R5:ac-4', 'NIST-800-53-R5:sc-7', 'SOC2:cc_6_6', 'GDPR:article_32'];

/** What the contracts engine claims, one rule each; the gate pins their number. */
export const CONTRACT_RULES = {
  edgeKnown: {
    id: 'contract-known',
    title: 'Every edge between resources has a contract: a cited word of AWS on what it asks for there.',
    controls: WORKS,
    remedy:
      'Read what AWS asks for at such an edge and write it into policies/contracts, or into references.yaml or types-without-edges.yaml with the reason why it asks for nothing; docs/contracts.md tells how.',
  },
  requestsAllowed: {
    id: 'contract-requests-allowed',
    title: 'Every request that AWS makes at an edge, with the condition keys that it sends, is allowed.',
    controls: WORKS,
    remedy:
      'Grant what the contract asks for in the policy that the message names, in the form that its page gives.',
  },
  othersRefused: {
    id: 'contract-others-refused',
    title:
      'The same request on behalf of another account is refused, wherever AWS sends a key by which to tell.',
    controls: OTHERS,
    remedy:
      'Narrow the statement by the keys that the contract says AWS sends: aws:SourceArn, or an encryption context.',
  },
  alertsHeard: {
    id: 'contract-alerts-heard',
    title:
      'Whatever alerts reaches somebody: every edge from it to a subscribed topic is one whose contract holds.',
    controls: ['NIST-800-53-R5:si-4', 'NIST-800-53-R5:au-5', 'SOC2:cc_7_2', 'PCI-4.0:10.4.1'],
    remedy:
      'Give the alarm the topic of its owner, the topic a subscription, and the publisher what the contract of the edge asks for.',
  },
  grantsNeeded: {
    id: 'contract-grants-needed',
    title: 'A service that a policy lets in is let in for a request that a contract knows.',
    controls: LEAST,
    remedy: 'Take the grant away, or write the contract of the edge for which it is.',
  },
  contractUsed: {
    id: 'contract-used',
    title: 'Every contract is one of an edge that there is.',
    controls: LEAST,
    remedy:
      'Take the contract out of policies/contracts, or say with evaluatedWith in which stages its edge is.',
  },
  commandsAllowed: {
    id: 'contract-commands-allowed',
    title: 'Whoever a runbook tells to run a command may run it.',
    controls: ['SOC2:a_1_2', 'NIST-800-53-R5:cp-10', 'NIST-800-53-R5:ir-4', ...LEAST],
    remedy:
      'Name the role that may, or grant the action to the one that must; write what the command asks for into policies/runbooks/commands.yaml.',
  },
  policyEffective: {
    id: 'contract-policy-effective',
    title:
      'No statement names an action, a resource or a condition key with which AWS never authorizes anything.',
    controls: LEAST,
    remedy:
      'Write the action, the resource type and the key as the Service Authorization Reference has them; a statement that cannot match grants nothing and denies nothing.',
  },
} as const satisfies Record<string, ProofRule>;
