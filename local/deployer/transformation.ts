import type { Template, TemplateResource } from './template';

/** One place where what is deployed here differs from what AWS would get. */
export interface Difference {
  /** `omitted`: the resource does not exist here. `changed`: it exists, in another form. */
  kind: 'omitted' | 'changed';
  /** CloudFormation type of the resource. */
  type: string;
  logicalId: string;
  /** What was done and why, in a few words; the same words for the same thing, so that it can be counted. */
  what: string;
}

/** A resource for the deployer to make by its API. */
export interface MadeByApi {
  logicalId: string;
  resource: TemplateResource;
}

/** What the transformations need to know besides the template. Exports that vanish are collected across stacks. */
export interface TransformationContext {
  account: string;
  /** The id that the emulator gave to the account's organisation. */
  organizationId: string;
  /** Types that the emulator's CloudFormation refuses. */
  unrecognizedTypes: ReadonlySet<string>;
  /** Roles of the functions that live in the VPC, and so would arrive through our endpoints. */
  inVpcRoleArns: readonly string[];
  /** Names of exports whose stack no longer has them; each template adds its own. */
  omittedExports: Set<string>;
  /** Resources for the deployer to make by their APIs once the template's stack is there. */
  madeByApi: MadeByApi[];
}

/** A named, pure change of a template: the input is never modified. */
export interface Transformation {
  readonly name: string;
  apply(
    template: Template,
    context: TransformationContext,
  ): { template: Template; differences: Difference[] };
}
