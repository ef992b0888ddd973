import { messageOf } from '../../gate-error';
import type { Assembly, EvaluatedStack, NotRead, Template, TemplateResource } from '../model';
import { otherTransforms, unread } from './left-open';
import { loopKey, repeat } from './loops';
import { environmentOf, type ExpandOptions, isSettled } from './options';
import { declarationsOf } from './parameters';
import { mappingsOf, withTemplate } from './rewrite';
import { isSam, type SamExpansion } from './sam';
import { variantsOf } from './variants';
import { resolveIntrinsics } from './resolve-intrinsics';

const DEFAULT_REGION = 'us-east-1';

/** Loops and SAM, before parameters and conditions: the macros that CloudFormation runs first. */
export async function translate(
  assembly: Assembly,
  options: ExpandOptions,
  notRead: NotRead[],
): Promise<Map<string, EvaluatedStack>> {
  const looped = assembly.stacks
    .filter((stack) => !isSettled(stack))
    .map((stack) => withoutLoops(stack, options, notRead));
  const translated = new Map(looped.map((stack) => [stack.name, stack]));
  const sam = looped.filter(({ template }) => isSam(template));
  for (const { stack, expansion } of await translateSam(sam, options, notRead))
    translated.set(stack.name, withTemplate(stack, expansion));
  for (const stack of translated.values()) notRead.push(...otherTransforms(stack));
  return translated;
}

async function translateSam(
  stacks: readonly EvaluatedStack[],
  options: ExpandOptions,
  notRead: NotRead[],
): Promise<{ stack: EvaluatedStack; expansion: Template }[]> {
  if (stacks.length === 0) return [];
  const tell = (stack: EvaluatedStack, resource: string, why: string): void => {
    notRead.push(unread(stack, resource, `AWS's SAM translator could not expand it: ${why}`));
  };
  let answers: readonly SamExpansion[];
  try {
    answers = await options.sam(
      stacks.map(({ name, template, environment }) => ({
        name,
        template,
        parameters: Object.fromEntries(
          [...declarationsOf(template)].flatMap(([parameter, { Default }]) => {
            const value = options.parameters.get(parameter) ?? Default;
            return value === undefined ? [] : [[parameter, value]];
          }),
        ),
        region: environmentOf({ environment }).region ?? DEFAULT_REGION,
      })),
    );
  } catch (error) {
    for (const stack of stacks) tell(stack, '(template)', messageOf(error));
    return [];
  }
  return stacks.flatMap((stack) => {
    const answer = answers.find(({ name }) => name === stack.name);
    for (const { resource, why } of answer?.refused ?? []) tell(stack, resource, why);
    if (answer?.template === undefined || answer.template === null) return [];
    return [{ stack, expansion: answer.template as unknown as Template }];
  });
}

function withoutLoops(stack: EvaluatedStack, options: ExpandOptions, notRead: NotRead[]): EvaluatedStack {
  if (stack.loops.length === 0) return stack;
  const { variants } = variantsOf({ ...stack.template, Resources: {} }, mappingsOf(stack.template), {
    parameters: options.parameters,
    ...environmentOf(stack),
  });
  const known = variants[0]?.known;
  const repeated = stack.loops.flatMap(({ key, body, line }) => {
    const resources = known && repeat(body, (value) => resolveIntrinsics(value, known));
    if (resources === undefined) {
      notRead.push({
        stack: stack.name,
        resource: loopKey(key) ?? key,
        template: { file: stack.templateFile, line },
        why: 'The loop cannot be worked out before it is deployed: what it runs over has no value here (--parameters gives one).',
      });
      return [];
    }
    return Object.entries(resources).map(([logicalId, resource]) => ({ logicalId, resource, line }));
  });
  const lines = new Map(repeated.map(({ logicalId, line }) => [logicalId, line]));
  const Resources = {
    ...stack.template.Resources,
    ...Object.fromEntries(
      repeated.map(({ logicalId, resource }) => [logicalId, resource as TemplateResource]),
    ),
  };
  return withTemplate({ ...stack, loops: [] }, { ...stack.template, Resources }, lines);
}
