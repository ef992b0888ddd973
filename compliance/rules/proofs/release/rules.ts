import type { ProofRule } from '../proof-rows';

const CHANGE = ['NIST-800-53-R5:cm-3', 'NIST-800-53-R5:sa-10', 'SOC2:cc_8_1'];
const RECOVERY = ['NIST-800-53-R5:cp-10', 'SOC2:a_1_2', 'SOC2:cc_7_5'];

/** What the proof of the release order claims, one rule each. */
export const RELEASE_RULES = {
  stepHasNeeds: {
    id: 'release-step-has-what-it-needs',
    title:
      'Whatever a step of the pipeline uses is made by an earlier step, on the first release as on the tenth.',
    controls: CHANGE,
    remedy:
      'Move the step behind the one that makes what it uses, or let it ask first whether there was a release.',
  },
  resourceOrder: {
    id: 'release-resource-order',
    title:
      'Whatever a resource names is there before it: in an earlier stack, or by a dependency in its own.',
    controls: CHANGE,
    remedy:
      'Reference the resource or add a dependency (on the stack, if it is in another); if AWS does not look for it then, add an entry with its page to compliance/rules/proofs/release/not-awaited.json.',
  },
  alarmOfVersion: {
    id: 'release-alarm-of-its-version',
    title:
      'Only alarms on the version that is released take it back, so that a hotfix passes while the alarm that it cures stands.',
    controls: RECOVERY,
    remedy:
      'Let the alarm watch the dimension of the new version (ExecutedVersion, Version), or take it off the list.',
  },
  nothingLeft: {
    id: 'release-leaves-nothing-of-a-failed-creation',
    title: 'What a failed first creation leaves does not stand in the way of the next one.',
    controls: RECOVERY,
    remedy: 'Use RetainExceptOnCreate instead of Retain, or let CloudFormation choose the name.',
  },
  entriesUsed: {
    id: 'release-entries-used',
    title: 'Every entry of not-awaited.json excuses something.',
    controls: CHANGE,
    remedy: 'Remove the entry.',
  },
} as const satisfies Record<string, ProofRule>;
