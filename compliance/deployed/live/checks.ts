import type { LiveCheck } from '../aspect';
import { APPROVALS } from './approvals';
import { ENVIRONMENT_CHECKS } from './environment';
import { HIDDEN } from './hidden';
import { KEPT_ROLES } from './kept-roles';
import { ORGANIZATION } from './organization';
import { OPERATION_CHECKS } from './operation';
import { UNEVALUATED } from './unevaluated';

/** Everything that is asked of an account and stands in no template. */
export const LIVE_CHECKS: readonly LiveCheck[] = [
  ...OPERATION_CHECKS,
  ...ENVIRONMENT_CHECKS,
  ...UNEVALUATED,
  ...KEPT_ROLES,
  ...HIDDEN,
  ...ORGANIZATION,
  ...APPROVALS,
];
