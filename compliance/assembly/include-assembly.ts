import { App, type CfnResource, Stack } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import path from 'node:path';
import { GateError, messageOf } from '../gate-error';
import type { Synthesized } from '../synthesize';
import type { Assembly, JudgedResource } from './assembly';

/**
 * A construct tree over templates that somebody else synthesized, so that rules written for constructs can judge them.
 * @throws GateError ASSEMBLY_UNREADABLE when a template is not one that the CDK understands.
 */
export function includeAssembly(assembly: Assembly, directory: string): Synthesized {
  const app = new App({
    outdir: directory,
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
  });
  const byConstruct = new Map<CfnResource, JudgedResource>();
  for (const stack of assembly.stacks) {
    try {
      const [, , account, region] = stack.environment?.split('/') ?? [];
      const scope = new Stack(app, stack.name, {
        env: {
          ...(account !== undefined && /^\d+$/.test(account) && { account }),
          ...(region !== undefined && region !== 'unknown-region' && { region }),
        },
      });
      const include = new CfnInclude(scope, 'Template', {
        templateFile: path.join(assembly.directory, stack.templateFile),
        preserveLogicalIds: true,
      });
      for (const resource of stack.resources)
        byConstruct.set(include.getResource(resource.logicalId), resource);
    } catch (error) {
      throw new GateError(
        'ASSEMBLY_UNREADABLE',
        `The template of ${stack.name} cannot be read as CDK constructs: ${messageOf(error)}`,
      );
    }
  }
  return { assembly, constructs: byConstruct };
}
