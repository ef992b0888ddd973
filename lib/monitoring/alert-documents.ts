import type { StageConfig } from '../config/schema';
import type { Names } from '../names';
import { alarmCatalogue, COMPOSITE_ALARMS } from './alarm-catalogue';
import type { AlarmDefinition, AlertText, MetricDefinition, Severity } from './alarm-definition';
import { EVENT_ALERTS } from './event-alerts';
import { RELEASE_ALERTS } from './release-alerts';
import { RUNBOOK } from './runbook';

/** One alert as people read it: its text, when it goes off, and the metrics that it counts where it counts any. */
export interface DocumentedAlert extends AlertText {
  readonly condition: string;
  readonly metrics?: readonly Pick<MetricDefinition, 'namespace' | 'name'>[];
}

const ORDER: Record<Severity, number> = { critical: 0, high: 1, medium: 2 };

const condition = (alarm: AlarmDefinition): string => {
  const { comparison, threshold, unit, periodSeconds, evaluationPeriods, datapointsToAlarm } = alarm;
  const minutes = `${periodSeconds / 60} min`;
  const often =
    evaluationPeriods === 1
      ? `within ${minutes}`
      : `in ${datapointsToAlarm ?? evaluationPeriods} of ${evaluationPeriods} periods of ${minutes}`;
  return `${comparison} ${threshold.toLocaleString('en-US')} ${unit} ${often}`;
};

/** Alarms that differ in whom they are about count once; their thresholds may differ, too. */
function alarmKinds(alarms: readonly AlarmDefinition[]): DocumentedAlert[] {
  const conditions = new Map<string, Set<string>>();
  for (const alarm of alarms) {
    const known = conditions.get(alarm.id) ?? new Set();
    conditions.set(alarm.id, known.add(condition(alarm)));
  }
  return [...new Map(alarms.map((alarm) => [alarm.id, alarm])).values()].map((alarm) => ({
    ...alarm,
    metrics: 'namespace' in alarm.metric ? [alarm.metric] : Object.values(alarm.metric.using),
    condition: [...(conditions.get(alarm.id) ?? [])].join('; or, by whom it is about, '),
  }));
}

/** Every alert of a stage, the worst first. */
export function documentedAlerts(config: StageConfig, names: Names): DocumentedAlert[] {
  return [
    ...COMPOSITE_ALARMS.map((alarm) => ({ ...alarm, condition: `any of: ${alarm.anyOf.join(', ')}` })),
    ...alarmKinds(alarmCatalogue(config, names)),
    ...Object.values(RELEASE_ALERTS).map((alert) => ({ ...alert, condition: 'a release shifts traffic' })),
    ...EVENT_ALERTS.map((alert) => ({
      ...alert,
      condition: `event “${alert.detailType}” of ${alert.source}`,
    })),
  ].sort((a, b) => ORDER[a.severity] - ORDER[b.severity]);
}

const GENERATED = '<!-- Generated from lib/monitoring by `npm run generate`. -->';

/** The table of all alerts, as production has them. */
export const alertTable = (alerts: readonly DocumentedAlert[]): string =>
  [
    '# Alerts',
    '',
    GENERATED,
    '',
    `Numbers are those of production. What to do: [the runbook](../../${RUNBOOK}).`,
    '',
    '| Alert | Severity | Owner | Goes off at |',
    '| --- | --- | --- | --- |',
    ...alerts.map(
      ({ id, severity, owner, condition }) =>
        `| [${id}](../../${RUNBOOK}#${id}) | ${severity} | ${owner} | ${condition} |`,
    ),
    '',
  ].join('\n');

/**
 * The runbook: a section for each alert.
 *
 * @param heardBy - the pages that say that what an alert waits for is sent, as Markdown links; none for an alert that
 *   only gathers others.
 */
export const alertRunbook = (
  alerts: readonly DocumentedAlert[],
  heardBy: (alert: DocumentedAlert) => readonly string[],
): string =>
  [
    '# What to do when an alert goes off',
    '',
    GENERATED,
    '',
    'Every alert links here. Numbers are those of production. Roles and commands are in [SECURITY.md](../../SECURITY.md).',
    '',
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html
    'An alarm sends when it goes off, not again while it stays. One that stays and has no event or line of today behind it is an incident of its own: somebody writes its samples, and what came of that kind since then was told to nobody. Read the trail from that minute on.',
    '',
    ...alerts.flatMap((alert) => {
      const sources = heardBy(alert);
      return [
        `## ${alert.id}`,
        '',
        `${alert.severity}, ${alert.owner}: ${alert.condition}.`,
        '',
        `${alert.why} **First step:** ${alert.response}`,
        '',
        ...(sources.length === 0 ? [] : [`Signal: ${sources.join(', ')}.`, '']),
      ];
    }),
  ].join('\n');
