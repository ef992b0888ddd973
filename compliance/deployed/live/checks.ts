import type { LiveCheck } from '../aspect';
import { APPROVALS } from './approvals';
import { AROUND } from './around';
import { ORGANIZATION } from './organization';
import { WORKING } from './working';

/** Everything that is asked of an account and stands in no template. */
export const LIVE_CHECKS: readonly LiveCheck[] = [...WORKING, ...AROUND, ...ORGANIZATION, ...APPROVALS];
