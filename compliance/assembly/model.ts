import { z } from 'zod';
import type { Location } from '../verdict-row';

/** A resource as it stands in a template. */
export const resourceSchema = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).optional(),
  Metadata: z.record(z.string(), z.unknown()).optional(),
});
export type TemplateResource = z.infer<typeof resourceSchema>;

/** A template whose resources are all read; whatever else it holds is as it was. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly [section: string]: unknown;
}

/** One resource of one template, with everything by which a person finds it again. */
export interface EvaluatedResource {
  /** {@link EvaluatedStack.name} */
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly constructPath: string | undefined;
  readonly template: Location;
  readonly source: Location | undefined;
  readonly body: TemplateResource;
}

/** `Fn::ForEach` among the resources: what it repeats has no name before it is worked out. */
export interface Loop {
  readonly key: string;
  readonly body: unknown;
  readonly line: number;
}

export interface EvaluatedStack {
  /** What rows call it: the stack's name, with more where two in the assembly share it. No two have the same. */
  readonly name: string;
  /** The name that it will be deployed by. */
  readonly stackName: string;
  /** The construct that the stack is, as its assembly states it. */
  readonly constructPath?: string | undefined;
  /** `aws://ACCOUNT/REGION` as the assembly states it. */
  readonly environment: string | undefined;
  /** Path of the template below the assembly's directory, with forward slashes. */
  readonly templateFile: string;
  readonly template: Template;
  /** Whether CloudFormation is to refuse the stack's deletion, where the assembly says so. */
  readonly terminationProtection?: boolean;
  readonly resources: readonly EvaluatedResource[];
  /** Loops among the resources as they were written, whose resources nobody has read. */
  readonly loops: readonly Loop[];
  /** Rules that code has acknowledged (`Validations.of(…).acknowledge`), by the path of the construct. */
  readonly acknowledgements: readonly { readonly constructPath: string; readonly rule: string }[];
  /** The stack's resource that deploys this template, when it is a nested one. */
  readonly parent?: { readonly stack: string; readonly logicalId: string };
}

/** What nobody can evaluate, and why: a file, a resource, a branch that was not read. */
export interface NotRead {
  /** {@link EvaluatedStack.name}; absent for a file that is no stack. */
  readonly stack?: string;
  /** Logical id, `(template)`, or the file. */
  readonly resource: string;
  readonly resourceType?: string;
  readonly template: Location;
  readonly why: string;
  /** What of it is open, where it is not the whole that was not read. */
  readonly open?: 'condition' | 'parameter';
}

export interface Assembly {
  readonly directory: string;
  readonly stacks: readonly EvaluatedStack[];
  readonly notRead: readonly NotRead[];
}
