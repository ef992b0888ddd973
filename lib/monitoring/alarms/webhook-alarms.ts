import { CLIENT_DIMENSION, METRICS } from '../../../lambda/domain/metrics';
import { type StageConfig, toldClients } from '../../config/schema';
import type { Names } from '../../names';
import { type AlarmDefinition, WITHIN_FIVE_MINUTES } from '../alarm-definition';
import { businessMetric } from './business-alarms';

/** Whether each client that wants to be told is told; nothing where none does. */
export const webhookAlarms = (config: StageConfig, names: Names): AlarmDefinition[] => {
  const told = toldClients(config);
  if (told.length === 0) return [];
  return [
    ...told.flatMap(({ id }): AlarmDefinition[] => {
      const metric = (name: string, statistic: 'Sum' | 'Maximum' | 'SampleCount') =>
        businessMetric(config, name, statistic, { [CLIENT_DIMENSION]: id });
      const about = { subject: id, owner: 'operations' } as const;
      return [
        {
          id: 'webhook-endpoint-disabled',
          ...about,
          severity: 'medium',
          why: 'A client is told nothing any more: its endpoint answered 410, or nothing got through to it for a day.',
          response:
            'Ask the client by the known address. What is due is kept for a week; once the client confirms an address, set webhook.address and webhook.confirmedOn to that day and release: it is told what it missed.',
          metric: metric(METRICS.webhookEndpointDisabled, 'Maximum'),
          comparison: 'above',
          threshold: 0,
          unit: 'endpoints',
          ...WITHIN_FIVE_MINUTES,
        },
        {
          id: 'webhooks-given-up',
          ...about,
          severity: 'medium',
          why: 'A message was tried for a day and its receiver took it never, while it took others: nobody tries it any more.',
          response:
            'The log of webhooks names the errors. Once its receiver is fixed, operator: npm run ops -- redrive-webhooks --stage STAGE --client ID, then with --yes, within the week that they are kept; later the client reads what it missed by GET /images?from=TIME.',
          metric: metric(METRICS.webhooksGivenUp, 'Sum'),
          comparison: 'above',
          threshold: 0,
          unit: 'messages',
          ...WITHIN_FIVE_MINUTES,
        },
        {
          id: 'webhooks-not-run',
          ...about,
          severity: 'high',
          why: 'No run began for a client that is to be told: its schedule, the workflow or the function does not work.',
          response:
            'Open the log groups of the workflow webhooks and of its function, and look at the errors and throttles of the function; the schedule of the client must be on. Nothing is lost: the next run finds what is due.',
          metric: {
            expression: 'FILL(runs, 0)',
            using: { runs: metric(METRICS.webhookEndpointDisabled, 'SampleCount') },
          },
          comparison: 'below',
          threshold: 1,
          unit: 'runs',
          periodSeconds: 300,
          evaluationPeriods: 6,
          missingData: 'notBreaching',
        },
      ];
    }),
    {
      id: 'webhook-runs-failed',
      severity: 'high',
      owner: 'operations',
      why: 'Runs that tell clients end in failure: the function fails, or a receiver answers what Step Functions cannot take in (more than 256 kB, or what is no text).',
      response:
        'Open the workflow’s log group at the failed states. Its messages are sent again after their pauses; a receiver that answers so is to be told to answer with a status alone.',
      metric: {
        namespace: 'AWS/States',
        name: 'ExecutionsFailed',
        dimensions: { StateMachineArn: names.webhooksArn },
        statistic: 'Sum',
      },
      comparison: 'at least',
      threshold: 3,
      unit: 'executions',
      ...WITHIN_FIVE_MINUTES,
    },
  ];
};
