import type { ProofRule } from '../proof-rows';

const LEAST = ['NIST-800-53-R5:ac-6', 'NIST-800-53-R5:cm-3', 'SOC2:cc_8_1'];

/** What the deployer proof claims, one rule each. */
export const DEPLOYER_RULES = {
  handlerMay: {
    id: 'deployer-handlers-may',
    title:
      'CloudFormation may call whatever its handlers call for a resource: to make, read, change, replace, list and remove it.',
    controls: ['SOC2:a_1_2', 'NIST-800-53-R5:cp-10', ...LEAST],
    remedy:
      'Grant it in policies/bootstrap, or exempt CloudFormation’s role in the statement that denies it; if the handler does not need it for us, add an entry with its reason to compliance/rules/proofs/deployer/not-needed.json.',
  },
  handlersKnown: {
    id: 'deployer-handlers-known',
    title: 'AWS says for every resource type which calls its handlers make.',
    controls: LEAST,
    remedy:
      'Run `node --import tsx compliance/rules/proofs/deployer/write-handlers.ts`; where the schema lists nothing, add the type to compliance/rules/proofs/deployer/not-needed.json with its reason.',
  },
  entriesUsed: {
    id: 'deployer-entries-used',
    title: 'Every entry of not-needed.json excuses something.',
    controls: LEAST,
    remedy: 'Remove the entry.',
  },
} as const satisfies Record<string, ProofRule>;
