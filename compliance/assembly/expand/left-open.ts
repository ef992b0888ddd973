import type { Assembly, EvaluatedStack, NotRead } from '../model';
import { HARMLESS_PARAMETERS } from './options';
import { declarationsOf, isLookedUp } from './parameters';
import { isSam, transformsOf } from './sam';
import type { Given } from './variants';

const LANGUAGE_EXTENSIONS = 'AWS::LanguageExtensions';

/** A part of a stack that is not evaluated. */
export const unread = (stack: EvaluatedStack, resource: string, why: string): NotRead => {
  const known = stack.resources.find(({ logicalId }) => logicalId === resource);
  return {
    stack: stack.name,
    resource,
    ...(known && { resourceType: known.type }),
    template: known?.template ?? { file: stack.templateFile, line: 1 },
    why,
  };
};

/** What no one here works out: macros of an account, and snippets from elsewhere. */
export function otherTransforms(stack: EvaluatedStack): NotRead[] {
  const names = transformsOf(stack.template).filter((name) => name !== LANGUAGE_EXTENSIONS);
  return names
    .filter((name) => !(typeof name === 'string' && isSam({ Transform: name })))
    .map((name) =>
      unread(
        stack,
        '(template)',
        `The template is changed by ${JSON.stringify(name)} when it is deployed, which nobody here can run.`,
      ),
    );
}

/** A nested stack whose template was not found is a part that nobody read. */
export function unreadNested(stack: EvaluatedStack, { stacks, notRead }: Assembly): NotRead[] {
  const NOT_HERE: Readonly<Record<string, string>> = {
    'AWS::CloudFormation::Stack': 'deploys a template that is not among those given: put it beside this one',
    'AWS::Serverless::Application': 'deploys an application that is not among the templates given',
    'AWS::CloudFormation::StackSet':
      'deploys a template into other accounts or regions: evaluate that by itself',
  };
  const isRead = (logicalId: string): boolean =>
    [...stacks, ...notRead.map((each) => ({ name: each.stack }))].some(
      ({ name }) => name === `${stack.name}.${logicalId}`,
    ) || stacks.some(({ parent }) => parent?.stack === stack.name && parent.logicalId === logicalId);
  return stack.resources.flatMap(({ type, logicalId }) => {
    const why = Object.hasOwn(NOT_HERE, type)
      ? NOT_HERE[type]
      : type.endsWith('::MODULE')
        ? 'is a module: CloudFormation puts resources in its place'
        : undefined;
    return why === undefined || isRead(logicalId) ? [] : [unread(stack, logicalId, `A ${type} ${why}.`)];
  });
}

/** Parameters without any value that a resource takes its own from. */
export function openParameters(stack: EvaluatedStack, given: Given): NotRead[] {
  const open = [...declarationsOf(stack.template)].filter(
    ([name, declaration]) =>
      !HARMLESS_PARAMETERS.includes(name) &&
      !given.parameters.has(name) &&
      !isLookedUp(declaration) &&
      declaration.Default === undefined &&
      declaration.AllowedValues === undefined,
  );
  return open.flatMap(([name]) => {
    const reference = new RegExp(`"Ref":"${name}"|\\$\\{${name}\\}`);
    const users = stack.resources.filter(({ body }) => reference.test(JSON.stringify(body)));
    if (users.length === 0) return [];
    const some = users.slice(0, 5).map(({ logicalId }) => logicalId);
    const more = users.length > 5 ? ` and ${users.length - 5} more` : '';
    return [
      {
        ...unread(
          stack,
          name,
          `The parameter has no value, and ${some.join(', ')}${more} take theirs from it: give one by --parameters ${name}=….`,
        ),
        open: 'parameter' as const,
      },
    ];
  });
}
