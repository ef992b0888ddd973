import type { AlertText } from './alarm-definition';

/** Raised by the version that a release shifts traffic to, once per function; each rolls the release back. */
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
} as const satisfies Record<string, AlertText>;

/** Alarms of the catalogue that roll a release back, whichever function it changes. */
export const ROLLBACK_ALARMS = [
  'executions-failed',
  'executions-timed-out',
  'intake-dead-letters',
  'undelivered-events',
] as const;
