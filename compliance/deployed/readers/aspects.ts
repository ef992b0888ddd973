import type { Aspect } from '../aspect';
import { ROLES_AND_POLICIES } from './access';
import { AUDIT_AND_BACKUP } from './audit-and-backup';
import { BUCKETS } from './buckets';
import { DNS } from './dns';
import { EDGE_AND_API } from './edge-and-api';
import { FUNCTIONS_AND_WORKFLOWS } from './functions-and-workflows';
import { KEYS_AND_SECRETS } from './keys-and-secrets';
import { MESSAGES_AND_RECORDS } from './messages-and-records';
import { NETWORK } from './network';
import { OBSERVATION } from './observation';

/** Everything that is asked of the services' own APIs and compared with the evaluated templates. */
export const ASPECTS: readonly Aspect[] = [
  ...BUCKETS,
  ...MESSAGES_AND_RECORDS,
  ...KEYS_AND_SECRETS,
  ...FUNCTIONS_AND_WORKFLOWS,
  ...ROLES_AND_POLICIES,
  ...NETWORK,
  ...DNS,
  ...OBSERVATION,
  ...EDGE_AND_API,
  ...AUDIT_AND_BACKUP,
];
