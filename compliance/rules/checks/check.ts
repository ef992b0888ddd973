import { STAGE_NAMES } from '../../../lib/config/schema';
import type { Resource } from '../proofs/model/resource';
import type { TemplateSet } from '../proofs/model/template-set';

/** What a check may need to know besides the resource. */
export interface CheckContext {
  readonly set: TemplateSet;
  /** `dev`, `staging`, `prod`, `prod-recovery` or `delivery`, from the stacks' names. */
  readonly application: string;
  /** ARNs and ids of every customer-managed key that the application has or leans on. */
  readonly keys: ReadonlySet<string>;
}

/** A property that every resource of some types must have. */
export interface Check {
  readonly id: string;
  readonly title: string;
  readonly controls: readonly string[];
  readonly types: readonly string[];
  /** Problems in words; empty when there are none, undefined when the resource is not the check's subject. */
  readonly evaluate: (resource: Resource, context: CheckContext) => readonly string[] | undefined;
}

/** A property that the templates as a whole must have, such as "there is a trail". */
export interface SetCheck {
  readonly id: string;
  readonly title: string;
  readonly controls: readonly string[];
  /** As of {@link Check}; undefined when the application is not the check's subject. */
  readonly evaluate: (context: CheckContext) => readonly string[] | undefined;
}

/** Whether an application is a stage in its primary region, where everything stands that an account has once. */
export const isPrimary = ({ application }: CheckContext): boolean =>
  STAGE_NAMES.some((stage) => stage === application);

/** Whether it is the pipeline, where no picture is processed. */
export const isDelivery = ({ application }: CheckContext): boolean => application === 'delivery';

/** `problem` unless the condition holds. */
export const unless = (holds: boolean, problem: string): string[] => (holds ? [] : [problem]);
