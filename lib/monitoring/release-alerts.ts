import type { AlertText } from './alarm-definition';

/**
 * Raised by the version that a release shifts traffic to, once per function and for the workflow; each rolls the release
 * back. No other alarm does: one over all versions is in alarm while the fault that a hotfix cures lasts, and would take
 * the hotfix back.
 */
export const RELEASE_ALERTS = {
  errors: {
    id: 'release-errors',
    severity: 'high',
    owner: 'operations',
    why: 'The version that a release shifts traffic to fails.',
    response:
      'Traffic goes back by itself. Read the error lines of that version in the function’s log group before the next release.',
  },
  latency: {
    id: 'release-latency',
    severity: 'high',
    owner: 'operations',
    why: 'The version that a release shifts traffic to comes close to its timeout.',
    response: 'Traffic goes back by itself. Compare the traces of both versions before the next release.',
  },
  workflow: {
    id: 'release-executions-failed',
    severity: 'high',
    owner: 'operations',
    why: 'The version of the workflow that a release shifts pictures to fails.',
    response:
      'Pictures go back to the version before by themselves; theirs are tried again from the queue. Read the failed states in the workflow’s log group before the next release.',
  },
  workflowTimeout: {
    id: 'release-executions-timed-out',
    severity: 'high',
    owner: 'operations',
    why: 'The version of the workflow that a release shifts pictures to does not end in time.',
    response:
      'Pictures go back to the version before by themselves. Look in the traces which task of the new version hangs.',
  },
} as const satisfies Record<string, AlertText>;
