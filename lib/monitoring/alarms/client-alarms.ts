import { CLIENT_DIMENSION, METRICS } from '../../../lambda/domain/metrics';
import type { StageConfig } from '../../config/schema';
import { type AlarmDefinition, WITHIN_FIVE_MINUTES } from '../alarm-definition';
import { businessMetric } from './business-alarms';

const HOUR = { periodSeconds: 60 * 60, evaluationPeriods: 1, missingData: 'notBreaching' } as const;

/** What five minutes may take of an hour's bound before somebody looks: three times an even share. */
const FLOOD_SHARE = 1 / 4;
/** A form whose picture is here brings nothing more of a well-meaning client but the odd repeat. */
const MANY_LATER_VERSIONS = 30;
/** Fewer say nothing about a share. */
const MANY_UPLOADS = 20;
const HIGH_REFUSED_PERCENT = 50;

const KEY_MAY_BE_STOLEN =
  'ask the client by the known address, and disable its key (break-glass) if it is not the client that sends';

/** What each client does to the service and to its own bounds. The alarm's name ends with the client's id. */
export const clientAlarms = (config: StageConfig): AlarmDefinition[] => {
  const hourBounds = new Map(config.plans.map((plan) => [plan.id, plan.picturesPerHour]));
  return config.clients.flatMap(({ id, plan }): AlarmDefinition[] => {
    const metric = (name: string) => businessMetric(config, name, 'Sum', { [CLIENT_DIMENSION]: id });
    const about = { severity: 'medium', owner: 'operations', subject: id } as const;
    return [
      {
        id: 'client-over-bound',
        ...about,
        why: `A client asked for more uploads than its plan lets within an hour, and was refused the rest.`,
        response: `Compare with what it usually sends (metric ClientUploads); give it a larger plan, or ${KEY_MAY_BE_STOLEN}.`,
        metric: metric(METRICS.uploadsOverBound),
        comparison: 'above',
        threshold: 0,
        unit: 'uploads',
        ...HOUR,
      },
      {
        id: 'client-flood',
        ...about,
        why: `A client sent a quarter of what its plan lets within an hour in five minutes. Its own pictures wait; those of others pass them in the queue.`,
        response: `Look whether others wait (graph of the queue); if the flood is not announced, ${KEY_MAY_BE_STOLEN}.`,
        metric: metric(METRICS.clientUploads),
        comparison: 'above',
        threshold: Math.ceil((hourBounds.get(plan) ?? 0) * FLOOD_SHARE),
        unit: 'uploads',
        ...WITHIN_FIVE_MINUTES,
      },
      {
        id: 'client-forms-reused',
        ...about,
        why: `Forms of a client brought much after their picture. It is deleted unread, but each costs an event and a message.`,
        response: `Find the image ids in intake's log lines with the outcome later-version; ${KEY_MAY_BE_STOLEN}. A form lives five minutes.`,
        metric: metric(METRICS.laterVersions),
        comparison: 'above',
        threshold: MANY_LATER_VERSIONS,
        unit: 'posts',
        ...WITHIN_FIVE_MINUTES,
      },
      {
        id: 'client-refused',
        ...about,
        why: `More than half of what a client sent was refused as no picture that we take, or went to quarantine.`,
        response: `See the reasons on its quarantined records (GET /images?status=quarantined); tell the client, or ${KEY_MAY_BE_STOLEN}.`,
        metric: {
          expression: `IF(FILL(uploads, 0) + FILL(refused, 0) > ${MANY_UPLOADS}, 100 * FILL(refused, 0) / (FILL(uploads, 0) + FILL(refused, 0)), 0)`,
          using: { uploads: metric(METRICS.clientUploads), refused: metric(METRICS.picturesRefused) },
        },
        comparison: 'above',
        threshold: HIGH_REFUSED_PERCENT,
        unit: 'percent',
        ...HOUR,
      },
    ];
  });
};
