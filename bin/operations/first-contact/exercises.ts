import { ALERT_EVENTS } from './alert-events';
import { ALERTS } from './alerts';
import { CANARY } from './canary';
import type { Exercise } from './exercise';
import { FAILURES } from './failures';
import { NETWORK_PROBE } from './network-probe';
import { PICTURES } from './pictures';
import { REFUSALS } from './refusals';
import { ROTATIONS_AND_BACKUPS } from './rotations-and-backups';
import { TRAIL_READINGS } from './trail-reading';
import { WEBHOOKS } from './webhooks';

/** In the order in which they are done: what is read in the trail comes last. */
export const EXERCISES: readonly Exercise[] = [
  ...PICTURES,
  ...REFUSALS,
  ...ROTATIONS_AND_BACKUPS,
  ...ALERTS,
  ...ALERT_EVENTS,
  ...FAILURES,
  ...WEBHOOKS,
  NETWORK_PROBE,
  CANARY,
  ...TRAIL_READINGS,
];

/** What this command does not show, and who or what does. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  'canary of the workflow’s alias':
    'CloudFormation shifts it by itself, and takes back what a stack update does; deploy a failing version to staging, as deployment.md tells',
  'alerts of the trail (root, keys, policies, trail stopped)':
    'their alarms are set off by hand here; a real event would need what they warn of',
  'contract pipeline-takes-its-role':
    'the pipeline stands in another account; read its trail after the first release',
  'contract schedule-rule-takes-its-role':
    'the pipelines of a day stand in another account; read its trail after the first day',
  'contract connection-keeps-its-secret': 'read in the trail of the deployment that makes the connection',
  'contract gateway-invokes-function':
    'the trail records no such call; a function’s own log does not show condition keys',
  'contract event-rule-invokes-function':
    'the trail records no such call; the alarm reviews-not-run tells when the rule does not start the function',
  'contract budget-publishes-to-topic': 'a budget tells only when its threshold is passed',
};
