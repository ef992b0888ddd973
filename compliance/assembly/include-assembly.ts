import { App, type CfnResource, Stack } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { DISABLE_CREATION_STACK_TRACES } from 'aws-cdk-lib/cx-api';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '../gate-error';
import type { Assembly, EvaluatedResource, EvaluatedStack, NotRead, TemplateResource } from './model';

/** A construct tree over templates, as far as there are constructs for them. */
export interface Included {
  readonly constructs: ReadonlyMap<CfnResource, EvaluatedResource>;
  /** Resources that rules for constructs cannot evaluate, and why. */
  readonly notIncluded: readonly NotRead[];
}

/** Stands where a resource stood that the CDK cannot read, so that others may refer to it; it is evaluated by no rule. */
const PLACEHOLDER: TemplateResource = { Type: 'AWS::CloudFormation::WaitConditionHandle' };

/**
 * A construct tree over templates that somebody else synthesized, so that rules written for constructs can evaluate them.
 * What the CDK cannot read of a template is told, resource by resource.
 * @param directory - for the templates as they are included.
 */
export function includeAssembly({ stacks }: Assembly, directory: string): Included {
  const app = new App({
    outdir: path.join(directory, 'cdk.out'),
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
    // Nobody asks in which line of this file a construct was made.
    context: { [DISABLE_CREATION_STACK_TRACES]: true },
  });
  mkdirSync(directory, { recursive: true });
  const constructs = new Map<CfnResource, EvaluatedResource>();
  const notIncluded: NotRead[] = [];
  stacks.forEach((stack, index) => {
    const include = (id: string, resources: Readonly<Record<string, TemplateResource>>): CfnInclude => {
      const templateFile = path.join(directory, `${id}.json`);
      writeFileSync(templateFile, JSON.stringify({ ...stack.template, Resources: resources }));
      return new CfnInclude(scopeOf(app, stack, id), 'Template', { templateFile, preserveLogicalIds: true });
    };
    const { included, refused } = includeStack(stack, `S${index}`, include);
    for (const resource of stack.resources) {
      const why = refused.get(resource.logicalId);
      if (why === undefined && included !== undefined)
        constructs.set(included.getResource(resource.logicalId), resource);
      else notIncluded.push(notEvaluated(stack, resource, why ?? refused.get(WHOLE) ?? ''));
    }
  });
  return { constructs, notIncluded };
}

const WHOLE = '(template)';

const notEvaluated = (stack: EvaluatedStack, resource: EvaluatedResource, why: string): NotRead => ({
  stack: stack.name,
  resource: resource.logicalId,
  resourceType: resource.type,
  template: resource.template,
  why: `The CDK cannot read it as a construct: ${why}`,
});

/** The stack's template whole; without the resources that keep it from being read, when it cannot be. */
function includeStack(
  stack: EvaluatedStack,
  id: string,
  include: (id: string, resources: Readonly<Record<string, TemplateResource>>) => CfnInclude,
): { readonly included: CfnInclude | undefined; readonly refused: ReadonlyMap<string, string> } {
  const { Resources } = stack.template;
  const refused = new Map<string, string>();
  const attempt = (as: string, resources: Readonly<Record<string, TemplateResource>>, ids: string[]) => {
    try {
      return include(as, resources);
    } catch (error) {
      for (const logicalId of ids) refused.set(logicalId, messageOf(error));
      return undefined;
    }
  };
  const whole = attempt(id, Resources, []);
  if (whole !== undefined) return { included: whole, refused };
  const placeholders = Object.fromEntries(Object.keys(Resources).map((key) => [key, PLACEHOLDER]));
  Object.entries(Resources).forEach(([logicalId, body], index) =>
    attempt(`${id}R${index}`, { ...placeholders, [logicalId]: body }, [logicalId]),
  );
  const readable = Object.entries(Resources).map(
    ([key, body]) => [key, refused.has(key) ? PLACEHOLDER : body] as const,
  );
  return { included: attempt(`${id}A`, Object.fromEntries(readable), [WHOLE]), refused };
}

/** The stack's own name when it is one that CloudFormation takes: rules look at it. */
function scopeOf(app: App, { stackName, environment }: EvaluatedStack, id: string): Stack {
  const [, , account, region] = environment?.split('/') ?? [];
  return new Stack(app, id, {
    stackName: stackName.replace(/[^A-Za-z0-9-]/g, '-').replace(/^[^A-Za-z]/, 'S'),
    env: {
      ...(account !== undefined && /^\d+$/.test(account) && { account }),
      ...(region !== undefined && region !== 'unknown-region' && { region }),
    },
  });
}
