import { subscriptionCheck } from './addresses';
import { backupOptInCheck } from './backup';
import {
  type BootstrapCheck,
  bootstrapVersionCheck,
  deploymentTrustCheck,
  executionPolicyCheck,
  executionRoleCheck,
} from './bootstrap';
import type { Check } from './check';
import { contactCheck } from './contacts';
import { endpointAvailabilityCheck } from './endpoints';
import { firewallCapacityCheck, firewallGroupsCheck } from './firewall';
import { inspectorCheck } from './inspector';
import { terminationProtectionCheck } from './protection';
import { primaryQuotaChecks, quotaChecks } from './quotas';
import { recorderCheck } from './recorder';
import { regionOptInCheck } from './regions';
import { webhookAddressCheck } from './webhook-addresses';
import { webhookSecretCheck } from './webhook-secrets';
import { gatewayLogRoleCheck, primarySingletonChecks } from './singletons';

/** Asked once: what an account has for all regions, and what only the primary region's stacks need. */
export const PRIMARY_CHECKS: readonly Check[] = [
  regionOptInCheck,
  executionPolicyCheck,
  ...primaryQuotaChecks,
  ...primarySingletonChecks,
  recorderCheck,
  backupOptInCheck,
  contactCheck,
  webhookAddressCheck(),
];

/** Asked in every region where the application stands. */
export const REGION_CHECKS: readonly Check[] = [
  bootstrapVersionCheck,
  executionRoleCheck,
  deploymentTrustCheck,
  ...quotaChecks,
  endpointAvailabilityCheck,
  firewallCapacityCheck,
  firewallGroupsCheck,
  gatewayLogRoleCheck,
  subscriptionCheck,
  inspectorCheck,
  terminationProtectionCheck,
  webhookSecretCheck,
];

/** Asked of the account of the pipeline: once, and in both regions. */
export const DELIVERY_PRIMARY_CHECKS: readonly BootstrapCheck[] = [executionPolicyCheck];
export const DELIVERY_REGION_CHECKS: readonly BootstrapCheck[] = [
  bootstrapVersionCheck,
  executionRoleCheck,
  deploymentTrustCheck,
];
