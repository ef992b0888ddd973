import type { ProofRule } from '../proof-rows';

const LEAST = [
  'NIST-800-53-R5:ac-6',
  'NIST-800-53-R5:ac-3',
  'PCI-4.0:7.2.2',
  'SOC2:cc_6_3',
  'HIPAA:164_312_a_1',
];
const PERIMETER = ['NIST-800-53-R5:ac-4', 'NIST-800-53-R5:sc-7', 'SOC2:cc_6_6', 'GDPR:article_32'];

/** What the IAM proof claims, one rule each; the gate pins their number. */
export const IAM_RULES = {
  readable: {
    id: 'iam-policies-readable',
    title: 'Every policy is one that the evaluator understands in full.',
    controls: LEAST,
    remedy:
      'Teach compliance/rules/proofs/iam the element, operator, key or service, with its AWS page, or do without it.',
  },
  callsAllowed: {
    id: 'iam-calls-allowed',
    title: 'Every call that the code makes is allowed on its resource, through its endpoint, keys included.',
    controls: ['SOC2:a_1_2', 'NIST-800-53-R5:ac-3'],
    remedy: 'Restore the grant, the endpoint statement or the key statement that the message names.',
  },
  neighboursRefused: {
    id: 'iam-neighbours-refused',
    title: 'No call is allowed on a neighbour: another bucket, folder, table, account or region.',
    controls: LEAST,
    remedy: 'Narrow the statement that the message names to exactly its resource.',
  },
  outsideRefused: {
    id: 'iam-outside-refused',
    title: 'A role’s credentials are worth nothing outside our endpoints, on stores inside the perimeter.',
    controls: PERIMETER,
    remedy: 'Restore the perimeter statements of policies/perimeter that the store lost.',
  },
  grantsUsed: {
    id: 'iam-grants-used',
    title: 'Every grant is used by a call of the code or by a need declared with its AWS page or duty.',
    controls: LEAST,
    remedy:
      'Remove the grant; or declare the call in the function’s definition (lambda/functions.ts); or the need in compliance/rules/proofs/iam/declared-needs.json.',
  },
  endpointClosed: {
    id: 'iam-endpoint-closed',
    title: 'An endpoint’s policy lets through nobody but the functions, and them to nobody else’s resources.',
    controls: PERIMETER,
    remedy: 'Restore the principals and resources of policies/endpoints.',
  },
  noForeigner: {
    id: 'iam-no-foreigner',
    title: 'Nobody outside the account may do anything to a store, key or function.',
    controls: [...PERIMETER, 'PCI-4.0:7.2.5'],
    remedy: 'Remove the principal from the resource policy that the message names.',
  },
  noConfusedDeputy: {
    id: 'iam-no-confused-deputy',
    title: 'An AWS service may act here only on behalf of our own account and resources.',
    controls: PERIMETER,
    remedy: 'Condition the statement on aws:SourceAccount and aws:SourceArn.',
  },
  encryptedTransport: {
    id: 'iam-encrypted-transport',
    title: 'Nobody, administrators included, uses a bucket, queue or topic over plain HTTP or old TLS.',
    controls: ['NIST-800-53-R5:sc-8', 'PCI-4.0:4.2.1', 'HIPAA:164_312_e_1', 'SOC2:cc_6_7'],
    remedy: 'Restore the DenyUnencryptedTransport and DenyOldTransport statements.',
  },
  trustClosed: {
    id: 'iam-trust-closed',
    title: 'A role is assumed by its own service for our account, or by people of our account with MFA.',
    controls: [...LEAST, 'PCI-4.0:8.4.2'],
    remedy: 'Restore the conditions of the trust policy.',
  },
  boundary: {
    id: 'iam-boundary',
    title: 'Every role has a permissions boundary, and one under which nobody could lift it.',
    controls: LEAST,
    remedy: 'Let the stage apply its permissions boundary to the role.',
  },
  matrixReviewed: {
    id: 'iam-matrix-reviewed',
    title: 'What anybody may do is what was reviewed; everything else is refused.',
    controls: ['NIST-800-53-R5:cm-3', 'NIST-800-53-R5:ac-2', 'SOC2:cc_8_1'],
    remedy:
      'If the change is intended, run `npm run compliance -- accept-proofs` and have the diff reviewed.',
  },
  statementsReviewed: {
    id: 'iam-statements-reviewed',
    title: 'Every policy statement is one that was reviewed.',
    controls: ['NIST-800-53-R5:cm-3', 'SOC2:cc_8_1'],
    remedy:
      'If the change is intended, run `npm run compliance -- accept-proofs` and have the diff reviewed.',
  },
  notEmulatedCovered: {
    id: 'iam-not-emulated-covered',
    title: 'Whatever the embedded AWS does not enforce, the proof does.',
    controls: ['NIST-800-53-R5:ca-8', 'SOC2:cc_4_1'],
    remedy: 'Extend the closed world of compliance/rules/proofs/iam so that it asks about the capability.',
  },
} as const satisfies Record<string, ProofRule>;
