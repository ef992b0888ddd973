import type { Resource } from '../proofs/model/resource';
import type { TemplateSet } from '../proofs/model/template-set';

/** What a check may need to know besides the resource. */
export interface CheckContext {
  readonly set: TemplateSet;
  /** `dev`, `staging` or `prod`, from the stacks' names. */
  readonly stage: string;
  /** ARNs and ids of every customer-managed key of the stage. */
  readonly keys: ReadonlySet<string>;
}

/** A property that every resource of some types must have. */
export interface Check {
  readonly id: string;
  readonly title: string;
  readonly controls: readonly string[];
  readonly types: readonly string[];
  /** Problems in words; empty when there are none, undefined when the resource is not the check's subject. */
  readonly judge: (resource: Resource, context: CheckContext) => readonly string[] | undefined;
}

/** A property that the templates as a whole must have, such as "there is a trail". */
export interface SetCheck {
  readonly id: string;
  readonly title: string;
  readonly controls: readonly string[];
  readonly judge: (context: CheckContext) => readonly string[];
}

/** `problem` unless the condition holds. */
export const unless = (holds: boolean, problem: string): string[] => (holds ? [] : [problem]);
