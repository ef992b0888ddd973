/** How the calls of rotations are tried again: whatever fails may pass, and no client waits. */
export const RETRY = [
  { ErrorEquals: ['States.ALL'], IntervalSeconds: 2, MaxAttempts: 5, BackoffRate: 2, JitterStrategy: 'FULL' },
];
