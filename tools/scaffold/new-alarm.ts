import { METRICS } from '../../lambda/domain/metrics';
import { type Scaffold, ScaffoldError, nameForms } from './scaffold';

export interface NewAlarm {
  readonly name: string;
  /** One of our own metrics, a key of METRICS that has no dimension but the stage. */
  readonly metric: string;
  /** Goes off above this sum in five minutes. */
  readonly above: number;
}

/** An alarm on one of our own metrics: in the catalogue, and so deployed, documented, evaluated and in the runbook. */
export function newAlarm({ name, metric, above }: NewAlarm): Scaffold {
  const { kebab, camel } = nameForms(name);
  if (!(metric in METRICS))
    throw new ScaffoldError(`There is no metric "${metric}". Ours: ${Object.keys(METRICS).join(', ')}.`);
  if (!Number.isFinite(above)) throw new ScaffoldError('--above wants a number.');
  const made = `lib/monitoring/alarms/${kebab}-alarm.ts`;
  return {
    files: {
      [made]: `import { METRICS } from '../../../lambda/domain/metrics';
import type { StageConfig } from '../../config/schema';
import type { AlarmDefinition } from '../alarm-definition';
import { businessMetric } from './business-alarms';

export const ${camel}Alarm = (config: StageConfig): AlarmDefinition => ({
  id: '${kebab}',
  severity: 'medium',
  owner: 'operations',
  why: 'More than ${above} in five minutes (metric ${METRICS[metric as keyof typeof METRICS]}).',
  response: 'Compare with the hours before, and with the last release.',
  metric: businessMetric(config, METRICS.${metric}, 'Sum'),
  comparison: 'above',
  threshold: ${above},
  unit: 'count',
  periodSeconds: 300,
  evaluationPeriods: 1,
  missingData: 'notBreaching',
});
`,
    },
    entries: [
      {
        file: 'lib/monitoring/alarm-catalogue.ts',
        before: "import { businessAlarms } from './alarms/business-alarms';\n",
        text: `import { ${camel}Alarm } from './alarms/${kebab}-alarm';\n`,
      },
      {
        file: 'lib/monitoring/alarm-catalogue.ts',
        before: '  // The trail of all regions is watched where it is written.\n',
        text: `  ${camel}Alarm(config),\n`,
      },
    ],
    byHand: { [made]: 'what it means and the first thing to do, its threshold and unit' },
    commands: ['npm run generate -- alerts'],
  };
}
