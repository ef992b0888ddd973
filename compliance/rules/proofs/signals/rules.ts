import type { ProofRule } from '../proof-rows';

const ALERTS = ['NIST-800-53-R5:si-4', 'SOC2:cc_7_2', 'PCI-4.0:10.4.1'];
const FAILURE = ['NIST-800-53-R5:au-5', 'PCI-4.0:10.7.2'];

/** What the proof of the signals claims, one rule each. */
export const SIGNAL_RULES = {
  metric: {
    id: 'signal-metric-exists',
    title:
      'Every alarm watches a metric that AWS or our code sends, by its exact dimensions, with a statistic that says something of it, of a resource that exists.',
    controls: ALERTS,
    remedy:
      'Correct namespace, name, dimensions or statistic; a metric that is sent and not listed yet goes to compliance/rules/proofs/signals/metrics.json with the page that says so and the day.',
  },
  drawn: {
    id: 'signal-dashboard-metric-exists',
    title:
      'Every dashboard draws metrics that AWS or our code sends, of resources that exist: no graph is empty for ever.',
    controls: ALERTS,
    remedy: 'As for the metric of an alarm.',
  },
  missing: {
    id: 'signal-missing-data',
    title:
      'Silence of a metric that is sent only when something happens neither alarms nor keeps an alarm standing.',
    controls: ALERTS,
    remedy:
      'Treat missing data as not breaching; in an expression, put FILL(x, 0) around each metric that is not always sent.',
  },
  lowered: {
    id: 'signal-not-lowered',
    title:
      'No alarm over lines of logs that a filter counts is kept quiet by samples that somebody adds: below zero, or of another unit.',
    controls: [...ALERTS, 'NIST-800-53-R5:au-9'],
    remedy:
      'Make filter and alarm by lib/monitoring/counted-lines.ts: one line by the Maximum, more by IF(least < 0, N, counted) of Minimum and Sum, in the unit that the filter writes.',
  },
  event: {
    id: 'signal-event-pattern',
    title:
      'Every event rule matches the sample events that AWS documents of what it should tell, and no near miss of them.',
    controls: ALERTS,
    remedy:
      'Correct the pattern; a new rule needs its sample in compliance/rules/proofs/signals/events.json, with the page and the day.',
  },
  filter: {
    id: 'signal-log-filter',
    title:
      'Every metric filter matches the sample lines of its log that it should count, and no near miss of them.',
    controls: ALERTS,
    remedy:
      'Correct the filter; a new one needs its samples in compliance/rules/proofs/signals/log-lines.json, with the page and the day.',
  },
  eventName: {
    id: 'signal-event-name-known',
    title: 'Every call that a filter of the trail waits for is one that AWS has.',
    controls: ALERTS,
    remedy:
      'Correct the name; one that CloudTrail spells otherwise than IAM goes to compliance/rules/proofs/signals/event-names.json with its page.',
  },
  delivery: {
    id: 'signal-delivery-watched',
    title: 'An alarm tells when an event rule reaches neither its target nor its dead-letter queue.',
    controls: FAILURE,
    remedy: 'Watch FailedInvocations and InvocationsFailedToBeSentToDlq of the rule (AWS/Events, RuleName).',
  },
  entries: {
    id: 'signal-entries-used',
    title: 'Every sample event and every sample of a log is of a rule or filter that is there.',
    controls: ALERTS,
    remedy: 'Remove the entry, or bring the rule back that it is a sample for.',
  },
} as const satisfies Record<string, ProofRule>;
