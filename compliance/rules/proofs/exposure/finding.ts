import type { Resource } from '../model/resource';
import type { EXPOSURE_RULES } from './rules';

export type ExposureRule = keyof typeof EXPOSURE_RULES;

/** What an evaluator found about one resource. */
export interface Finding {
  readonly rule: ExposureRule;
  readonly resource: Resource;
  readonly message: string;
}
