import {
  backupOptInCheck,
  contactCheck,
  endpointAvailabilityCheck,
  inspectorCheck,
  regionOptInCheck,
  subscriptionCheck,
} from './account';
import { bootstrapVersionCheck, executionPolicyCheck } from './bootstrap';
import type { Check } from './check';
import { quotaCheck } from './quotas';
import { singletonChecks } from './singletons';

/** Every check, in the order in which they are printed. */
export const PREFLIGHT_CHECKS: readonly Check[] = [
  regionOptInCheck,
  bootstrapVersionCheck,
  executionPolicyCheck,
  quotaCheck,
  endpointAvailabilityCheck,
  ...singletonChecks,
  backupOptInCheck,
  contactCheck,
  subscriptionCheck,
  inspectorCheck,
];
