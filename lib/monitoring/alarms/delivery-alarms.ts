import type { StageConfig } from '../../config/schema';
import type { Names } from '../../names';
import { type AlarmDefinition, type MetricDefinition, WITHIN_FIVE_MINUTES } from '../alarm-definition';
import { EVENT_ALERTS } from '../event-alerts';

/** CloudWatch sends these metrics only when they are not zero, and a sum with one of them missing has no value. */
const total = (metrics: readonly MetricDefinition[]): AlarmDefinition['metric'] => {
  const using = Object.fromEntries(metrics.map((metric, index) => [`m${index + 1}`, metric]));
  return {
    expression: Object.keys(using)
      .map((letter) => `FILL(${letter}, 0)`)
      .join(' + '),
    using,
  };
};

/**
 * Whether each rule reaches its target. An event that used up its retries goes to a dead-letter queue, which has its own
 * alarm, and is not counted as failed; what reached neither is lost, and only these tell.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
 */
export const deliveryAlarms = (config: StageConfig, names: Names): AlarmDefinition[] => {
  const rules = [
    names.arrivalRuleOfTheRest,
    names.reviewSchedule,
    ...EVENT_ALERTS.map(({ id }) => names.of(id)),
  ];
  const ofRule =
    (name: string) =>
    (rule: string): MetricDefinition => ({
      namespace: 'AWS/Events',
      name,
      dimensions: { RuleName: rule },
      statistic: 'Sum',
    });
  const ofRules = (name: string) => rules.map(ofRule(name));
  return [
    // One for each: an expression holds a few metrics only, and clients come and go.
    ...config.clients.map(({ id }): AlarmDefinition => {
      const metric = (name: string) => ofRule(name)(names.arrivalRule(id));
      return {
        id: 'arrivals-lost',
        subject: id,
        severity: 'critical',
        owner: 'operations',
        why: 'The event rule of a client could not reach the intake queue, or what it could not send did not reach the dead-letter queue: pictures were not taken in.',
        response:
          'Compare the policies of the intake queue, the dead-letter queue and their key with the release. Then reconcile lists the pictures that nothing took in.',
        metric: total([metric('FailedInvocations'), metric('InvocationsFailedToBeSentToDlq')]),
        comparison: 'above',
        threshold: 0,
        unit: 'events',
        ...WITHIN_FIVE_MINUTES,
      };
    }),
    {
      id: 'rule-invocations-failed',
      severity: 'critical',
      owner: 'operations',
      why: 'An event rule could not reach its target and kept nothing: a picture was not taken in, no review was settled, or nobody heard of an alert.',
      response:
        'Find the rule by its FailedInvocations; compare the policies of its target and key with the release. Then look what the service reported meanwhile: reconcile lists pictures that nothing took in.',
      metric: total(ofRules('FailedInvocations')),
      comparison: 'above',
      threshold: 0,
      unit: 'invocations',
      ...WITHIN_FIVE_MINUTES,
    },
    {
      id: 'dead-letters-refused',
      severity: 'critical',
      owner: 'operations',
      why: 'What an event rule or a schedule could not deliver did not reach the dead-letter queue either: it is lost.',
      response:
        'Compare the policies of the dead-letter queue and of its key with the release. Then look what was reported meanwhile, as for rule-invocations-failed.',
      metric: total([
        ...ofRules('InvocationsFailedToBeSentToDlq'),
        {
          namespace: 'AWS/Scheduler',
          name: 'InvocationsFailedToBeSentToDeadLetterCount',
          dimensions: { ScheduleGroup: names.scheduleGroup },
          statistic: 'Sum',
        },
      ]),
      comparison: 'above',
      threshold: 0,
      unit: 'messages',
      ...WITHIN_FIVE_MINUTES,
    },
  ];
};
