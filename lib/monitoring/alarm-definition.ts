/** A CloudWatch metric. Dimensions must be complete: CloudWatch does not add up over those left out. */
export interface MetricDefinition {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: 'Sum' | 'SampleCount' | 'Average' | 'Minimum' | 'Maximum' | `p${number}`;
  /** Samples of this unit only; those of all units when absent. */
  readonly unit?: 'Count';
}

/** A metric computed from others; the letters of the expression are the keys of `using`. */
export interface MetricExpression {
  readonly expression: string;
  readonly using: Readonly<Record<string, MetricDefinition>>;
}

export type Severity = 'critical' | 'high' | 'medium';

/** The team that is called; mapped to addresses in the stage's configuration. */
export type AlarmOwner = 'operations' | 'security';

/** What every alert tells, however it is raised. The id is its name's end and its anchor in the runbook. */
export interface AlertText {
  readonly id: string;
  readonly severity: Severity;
  readonly owner: AlarmOwner;
  /** What it means when it goes off. */
  readonly why: string;
  /** The first thing to do. */
  readonly response: string;
}

/** One entry of the catalogue: from it come the alarm, its line in docs/generated/alerts.md and its section in the runbook. */
export interface AlarmDefinition extends AlertText {
  readonly metric: MetricDefinition | MetricExpression;
  readonly comparison: 'above' | 'at least' | 'below';
  readonly threshold: number;
  readonly unit: string;
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  /** Of the evaluation periods, so many must breach; all of them when absent. */
  readonly datapointsToAlarm?: number;
  /** No data means no traffic nearly everywhere; where silence itself is the fault, it breaches. */
  readonly missingData: 'notBreaching' | 'breaching';
  /** Whom it is about, where there is one for each: the end of its name. The runbook has one section for all. */
  readonly subject?: string;
}

/** Goes off on what happened within five minutes; silence is no fault. */
export const WITHIN_FIVE_MINUTES = {
  periodSeconds: 300,
  evaluationPeriods: 1,
  missingData: 'notBreaching',
} as const satisfies Partial<AlarmDefinition>;

/** What an alarm is called, within its stage. */
export const alarmName = ({ id, subject }: Pick<AlarmDefinition, 'id' | 'subject'>): string =>
  subject === undefined ? id : `${id}-${subject}`;

/** Calls people once for what several alarms are signs of. */
export interface CompositeAlarmDefinition extends AlertText {
  readonly anyOf: readonly string[];
}

/** An event on the default bus that is an alert by itself. */
export interface EventAlertDefinition extends AlertText {
  readonly source: string;
  readonly detailType: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Patterns in the trail's log group; each becomes a metric filter, all of them count for one alarm. */
export interface TrailAlertDefinition extends AlertText {
  readonly patterns: readonly string[];
  /** So many matches in five minutes. */
  readonly threshold: number;
}
