import type { AlertText } from './alarm-definition';

/** Where the people who are called find what to do. */
export const RUNBOOK = 'policies/runbooks/alerts.md';

/** The text that an alert carries: severity, meaning, first step, owner, place in the runbook. */
export const alertMessage = ({ id, severity, owner, why, response }: AlertText): string =>
  `[${severity}] ${why} First step: ${response} Owner: ${owner}. Runbook: ${RUNBOOK}#${id}`;
