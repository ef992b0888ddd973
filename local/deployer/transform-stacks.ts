import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { AssemblyStack } from './assembly';
import type { Difference, MadeByApi, TransformationContext } from './transformation';
import { transformTemplate } from './transformations';
import { findUnrecognizedTypes } from './unrecognized-types';

/** A stack as the embedded AWS gets it. */
export interface TransformedStack extends AssemblyStack {
  differences: Difference[];
  /** To be made by their APIs once the stack is there. */
  madeByApi: readonly MadeByApi[];
}

export interface TransformOptions {
  account: string;
  /** Of the account; the emulator chose it. */
  organizationId: string;
  /** Roles of the functions in the VPC; see the transformation of aws:SourceVpce. */
  inVpcRoleArns: readonly string[];
}

/** All stacks as the embedded AWS gets them, asked which types it knows; in the order that was given. */
export async function transformStacks(
  client: CloudFormationClient,
  stacks: readonly AssemblyStack[],
  { account, organizationId, inVpcRoleArns }: TransformOptions,
): Promise<TransformedStack[]> {
  const context: TransformationContext = {
    account,
    organizationId,
    inVpcRoleArns,
    unrecognizedTypes: await findUnrecognizedTypes(
      client,
      stacks.map(({ template }) => template),
    ),
    omittedExports: new Set<string>(),
    madeByApi: [],
  };
  return stacks.map((stack) => ({
    ...stack,
    ...transformTemplate(stack.template, context),
    madeByApi: context.madeByApi.splice(0),
  }));
}
