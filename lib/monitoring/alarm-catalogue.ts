import type { StageConfig } from '../config/schema';
import { Names } from '../names';
import type { AlarmDefinition, CompositeAlarmDefinition } from './alarm-definition';
import { apiAlarms } from './alarms/api-alarms';
import { businessAlarms } from './alarms/business-alarms';
import { clientAlarms } from './alarms/client-alarms';
import { deliveryAlarms } from './alarms/delivery-alarms';
import { functionAlarms } from './alarms/function-alarms';
import { networkAlarms } from './alarms/network-alarms';
import { pipelineAlarms } from './alarms/pipeline-alarms';
import { refusalAlarms } from './alarms/refusal-alarms';
import { reviewAlarms } from './alarms/review-alarms';
import { webhookAlarms } from './alarms/webhook-alarms';
import { trailAlarms } from './trail-alerts';

/** Every metric alarm of a stage. */
export const alarmCatalogue = (config: StageConfig, names: Names): AlarmDefinition[] => [
  ...apiAlarms(config, names),
  ...pipelineAlarms(config, names),
  ...functionAlarms(names),
  ...businessAlarms(config),
  ...reviewAlarms(config),
  ...clientAlarms(config),
  ...webhookAlarms(config, names),
  ...networkAlarms(names),
  ...deliveryAlarms(config, names),
  ...refusalAlarms(names),
  // The trail of all regions is watched where it is written.
  ...(names.isPrimaryRegion ? trailAlarms(names, new Names(config, config.drRegion)) : []),
];

/** One call for several signs of the same trouble. */
export const COMPOSITE_ALARMS: readonly CompositeAlarmDefinition[] = [
  {
    id: 'pictures-not-processed',
    severity: 'critical',
    owner: 'operations',
    why: 'Pictures are accepted but not decided.',
    response:
      'Start with the first of the member alarms that went off; clients need no action, nothing is lost.',
    anyOf: [
      'intake-dead-letters',
      'undelivered-events',
      'rule-invocations-failed',
      'oldest-message-age',
      'executions-failed',
      'pictures-failed',
    ],
  },
  {
    id: 'api-degraded',
    severity: 'critical',
    owner: 'operations',
    why: 'Clients see errors or long waits.',
    response: 'A fresh release: roll it back. Otherwise follow the member alarm.',
    anyOf: ['api-server-errors', 'api-latency', 'function-errors-upload', 'function-errors-query'],
  },
  {
    id: 'evidence-tampered',
    severity: 'critical',
    owner: 'security',
    why: 'Somebody takes away what would show what they do.',
    response:
      'Treat it as an incident: revoke the session first, restore the trail, recorder, keys and backups, then investigate.',
    anyOf: [
      'trail-changed',
      'config-recorder-changed',
      'threat-detection-changed',
      'key-disabled-or-deleted',
      'backup-changed',
      'organization-changed',
      'alerting-changed',
    ],
  },
  {
    id: 'perimeter-breached',
    severity: 'critical',
    owner: 'security',
    why: 'The data perimeter was opened or tested from inside.',
    response: 'Isolate the function that the events name (reserved concurrency zero) and undo the change.',
    anyOf: [
      'endpoint-access-denied',
      'endpoint-changed',
      'network-changed',
      'dns-blocked',
      'picture-read-by-others',
      'picture-copied-by-others',
      'review-links-refused',
      'root-used',
    ],
  },
];

/** The composites of those alarms that are there; one whose signs are all looked for elsewhere is left out. */
export const compositeAlarms = (alarms: readonly AlarmDefinition[]): CompositeAlarmDefinition[] => {
  const ids = new Set(alarms.map(({ id }) => id));
  return COMPOSITE_ALARMS.map((composite) => ({
    ...composite,
    anyOf: composite.anyOf.filter((id) => ids.has(id)),
  })).filter(({ anyOf }) => anyOf.length > 0);
};
